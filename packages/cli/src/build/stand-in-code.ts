import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import { standInFile } from "./stand-in-modules.ts";

const FOLDER = fileURLToPath(new URL("../stand-ins/", import.meta.url));
const made = new Map<string, Promise<string>>();

/**
 * A stand-in as one ES module that imports nothing but other stand-ins, as `node:<name>`. Made once
 * for a process. It is small and the same wherever Rookery is installed, since no path is in it.
 */
export function standInCode(name: string): Promise<string> {
  const known = made.get(name) ?? make(name);
  made.set(name, known);
  return known;
}

async function make(name: string): Promise<string> {
  const result = await build({
    absWorkingDir: FOLDER,
    entryPoints: [standInFile(name) as string],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2024",
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
    inject: ["rookery:process"],
    plugins: [shared],
    minify: true,
    lineLimit: 160,
    legalComments: "none",
    logLevel: "silent",
  });
  return (await licensesOf(result.metafile)) + result.outputFiles[0]?.text;
}

/** What packages require of Node is what plugins get: one Buffer and one EventEmitter for all. */
const BRIDGES: Record<string, string> = {
  buffer: 'import all from "node:buffer"; module.exports = all;',
  events: 'import all from "node:events"; module.exports = all;',
  string_decoder: 'import all from "node:string_decoder"; module.exports = all;',
  process: 'import all from "node:process"; module.exports = all;',
  // As Node's `url` has it; a package of that name would bring twenty more along.
  qs: 'import { parse, stringify } from "node:querystring"; module.exports = { parse, stringify: (query) => stringify(query) };',
  "abort-controller": "module.exports = { AbortController, AbortSignal };",
};

const shared: Plugin = {
  name: "shared-stand-ins",
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    build.onResolve({ filter: /^rookery:process$/ }, () => ({
      ...{ path: "process", namespace: "free", sideEffects: false },
    }));
    build.onLoad({ filter: /.*/, namespace: "free" }, () => ({
      contents: 'export { default as process } from "node:process";',
    }));
    build.onResolve({ filter: /^[\w-]+\/?$/ }, ({ path, kind }) => {
      const name = path.replace(/\/$/, "");
      if (kind !== "require-call" || !Object.hasOwn(BRIDGES, name)) return undefined;
      return { path: name, namespace: "bridge" };
    });
    build.onLoad({ filter: /.*/, namespace: "bridge" }, ({ path }) => ({
      contents: BRIDGES[path] as string,
    }));
  },
};

/** The licenses of the packages in it, as a comment that ends up in the bundle's LICENSES.txt. */
async function licensesOf({ inputs }: Metafile): Promise<string> {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  const texts = await Promise.all(
    [...new Set(folders)].sort().map(async (folder) => {
      const path = join(FOLDER, folder);
      const { name, version } = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
      const file = (await readdir(path)).find((each) => /^licen[cs]e/i.test(each));
      const text = file && existsSync(join(path, file)) ? await readFile(join(path, file), "utf8") : "";
      return `/*! @license ${name} ${version}\n\n${text.replaceAll("*/", "* /").trim()}\n*/\n`;
    }),
  );
  return texts.join("");
}
