import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/**
 * Builds what runs from built files, into packages/host/dist: the host (one file starts in a third of
 * the time that its sources and packages take), the worker (one file, all that a worker may read), the processes that run plugins' SQL,
 * decode pictures and make backups, the page, and the bundles that come with Rookery. A part whose inputs did not change is left as it is.
 */
const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "packages/host/dist");
const STAMPS = join(ROOT, "node_modules/.cache/rookery-build");

/** What bundled CommonJS packages expect to find. */
const COMMONJS = `import { createRequire } from "node:module"; import { dirname as dirnameOf } from "node:path";
const require = createRequire(import.meta.url), __filename = import.meta.filename, __dirname = dirnameOf(__filename);`;

interface Part {
  name: string;
  inputs: string[];
  output: string;
  make: () => Promise<void>;
}

/**
 * What matrix-bot-sdk loads for features that the host does not use (appservices over Express, other
 * stores, rendering of replies). Left out of the built host: they cost 50 ms and 20 MB at start.
 */
const LEFT_OUT = /^(express|morgan|postgres|lowdb(\/.*)?|sanitize-html|html-to-text|htmlencode|mkdirp)$/;

const leaveOut: Plugin = {
  name: "leave-out",
  setup(build) {
    build.onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: "left-out" }));
    build.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error("${path} is not part of the built host."); };`,
    }));
  },
};

/**
 * Node's own modules are asked for, not imported: an `import` reads all their properties, and some of those load more.
 * `node:http` has a whole `fetch` behind one (60 ms and more), `node:fs` its streams.
 */
const notImported: Plugin = {
  name: "not-imported",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      isBuiltin(path) && kind === "import-statement" ? { path, namespace: "built-in" } : null,
    );
    build.onLoad({ filter: /./, namespace: "built-in" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("${path}");`,
    }));
  },
};

/** What runs walled off may read one file, so that it is built into one. */
async function buildOneFile(name: string, entry: string, external: string[] = []): Promise<void> {
  await build({
    entryPoints: [join(ROOT, "packages", entry)],
    external,
    outfile: join(DIST, `${name}.mjs`),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: "linked",
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [notImported],
    loader: { ".wasm": "binary" },
    logLevel: "warning",
  });
}

const PARTS: Part[] = [
  {
    name: "host",
    inputs: ["packages/{host,cli,crypto,plugin-sdk}/src/**/!(*.test).ts"],
    output: "serve.mjs",
    async make() {
      await build({
        entryPoints: [join(ROOT, "packages/cli/src/serve/run.ts")],
        outfile: join(DIST, "serve.mjs"),
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node24",
        sourcemap: "linked",
        // Comments outside ASCII would make it a two-byte string, and cost 10 MB.
        minifyWhitespace: true,
        minifySyntax: true,
        legalComments: "none",
        // Native, or loaded only when a file, Prometheus or an encrypted backup comes.
        external: [
          ...["age-encryption", "better-sqlite3", "file-type", "image-size", "mediabunny", "prom-client"],
          "@rookery/dev-homeserver",
        ],
        plugins: [leaveOut, notImported],
        banner: { js: COMMONJS },
        logLevel: "warning",
      });
    },
  },
  {
    name: "worker",
    inputs: ["packages/host/src/worker/**/*.ts", "packages/plugin-sdk/src/**/*.ts"],
    output: "worker.mjs",
    make: () => buildOneFile("worker", "host/src/worker/entry.ts"),
  },
  {
    name: "database",
    inputs: ["packages/host/src/database/**/*.ts", "packages/plugin-sdk/src/{protocol,sqlite}/**/*.ts"],
    output: "database.mjs",
    make: () => buildOneFile("database", "host/src/database/entry.ts"),
  },
  {
    name: "pictures",
    inputs: ["packages/host/src/pictures/**/*.ts", "packages/plugin-sdk/src/protocol/**/*.ts"],
    output: "pictures.mjs",
    make: () => buildOneFile("pictures", "host/src/pictures/entry.ts"),
  },
  {
    name: "backup",
    inputs: [
      "packages/host/src/{backup,services,store,config,bundle}/**/!(*.test).ts",
      "packages/host/src/*.ts",
    ],
    output: "backup.mjs",
    make: () => buildOneFile("backup", "host/src/backup/entry.ts", ["better-sqlite3"]),
  },
  {
    name: "bundle reader",
    inputs: [
      "packages/host/src/bundle/**/*.ts",
      "packages/host/src/errors.ts",
      "packages/plugin-sdk/src/*.ts",
    ],
    output: "bundle-reader.mjs",
    make: () => buildOneFile("bundle-reader", "host/src/bundle/reader-thread.ts"),
  },
  {
    name: "encryption",
    inputs: ["packages/crypto/src/**/!(*.test).ts"],
    output: "crypto-worker.mjs",
    // It reads its wasm beside it, where npm put it.
    make: () =>
      buildOneFile("crypto-worker", "crypto/src/worker/worker.ts", [
        "better-sqlite3",
        "@matrix-org/matrix-sdk-crypto-wasm",
      ]),
  },
  {
    name: "schema of the configuration",
    inputs: ["packages/host/src/config/*.ts", "packages/plugin-sdk/src/permissions.ts"],
    output: "rookery.schema.json",
    async make() {
      const { configSchema } = await import("@rookery/host/declared");
      writeFileSync(join(DIST, "rookery.schema.json"), `${JSON.stringify(configSchema(), null, 2)}\n`);
    },
  },
  {
    name: "migrations",
    inputs: ["packages/host/src/store/migrations/*.sql"],
    output: "migrations",
    async make() {
      rmSync(join(DIST, "migrations"), { recursive: true, force: true });
      cpSync(join(ROOT, "packages/host/src/store/migrations"), join(DIST, "migrations"), { recursive: true });
    },
  },
  {
    name: "page",
    inputs: [
      "web-ui/{src,build,public}/**/*",
      "web-ui/index.html",
      "web-ui/vite.config.ts",
      "packages/host/src/api/{contract.ts,contract/**/*}",
    ],
    output: "web-ui",
    async make() {
      const vite = await import("vite");
      const outDir = join(DIST, "web-ui");
      await vite.build({
        root: join(ROOT, "web-ui"),
        logLevel: "warn",
        build: { outDir, emptyOutDir: true },
      });
    },
  },
  {
    name: "plugins",
    inputs: [
      "plugins/*/{plugin.json,src/**/*}",
      "packages/{link-media,plugin-sdk}/src/**/*.ts",
      "packages/cli/src/build/**/*.ts",
    ],
    output: "bundles",
    async make() {
      const { buildPlugin } = await import("@rookery/cli/build");
      rmSync(join(DIST, "bundles"), { recursive: true, force: true });
      mkdirSync(join(DIST, "bundles"));
      for (const name of ["hello", "instagram", "media"]) {
        const { bundle } = await buildPlugin(join(ROOT, "plugins", name));
        writeFileSync(join(DIST, "bundles", `${name}.mbp`), bundle);
      }
    },
  },
];

/** Paths, sizes and times of a part's inputs, the installed packages, and how they are built. */
function stampOf({ inputs }: Part): string {
  const hash = createHash("sha256");
  for (const path of globSync([...inputs, "package-lock.json", "scripts/build.ts"], { cwd: ROOT }).sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

mkdirSync(DIST, { recursive: true });
mkdirSync(STAMPS, { recursive: true });
// The page takes longest, and nothing else needs it.
const isPage = ({ name }: Part) => name === "page";
await Promise.all([makeInOrder(PARTS.filter(isPage)), makeInOrder(PARTS.filter((part) => !isPage(part)))]);

async function makeInOrder(parts: Part[]): Promise<void> {
  for (const part of parts) {
    const stampFile = join(STAMPS, part.name);
    const stamp = stampOf(part);
    const made = existsSync(stampFile) && existsSync(join(DIST, part.output));
    if (made && readFileSync(stampFile, "utf8") === stamp) continue;
    const start = performance.now();
    await part.make();
    writeFileSync(stampFile, stamp);
    console.log(`built the ${part.name} in ${Math.round(performance.now() - start)} ms`);
  }
}
