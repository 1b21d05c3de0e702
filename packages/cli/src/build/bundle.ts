import { join } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { type AbsentImport, absentModules } from "./absent-modules.ts";
import { LOADING, showMessage } from "./compile-errors.ts";
import type { PluginFolder } from "./plugin-folder.ts";
import { sdkOnly } from "./sdk-only.ts";
import type { NamedGlobal } from "./stand-in-modules.ts";
import { standIns } from "./stand-ins.ts";

const CODE = "plugin.js";

/** What a plugin turns out to need when it is bundled. */
export interface Needs {
  /** What its packages import of Node and can do without. */
  absent: readonly AbsentImport[];
  /** The globals of Node that it, or a package in it, names. */
  globals: readonly NamedGlobal[];
  /** Whether template literals must become strings. */
  noTemplates?: boolean;
}

/** What esbuild made of it, with the source map beside it. */
export interface Bundled {
  code: string;
  map: string;
  licenses: string;
  warnings: string[];
  metafile: Metafile;
  /** What the metafile calls the entry file. */
  entry: string;
}

/**
 * Bundles a plugin's entry file and all it imports into one CommonJS file.
 *
 * @throws esbuild's BuildFailure
 */
export async function bundle({ dir, manifest }: PluginFolder, needs: Needs): Promise<Bundled> {
  const options = {
    absWorkingDir: dir,
    entryPoints: [manifest.main ?? "src/index.ts"],
    outfile: join(dir, CODE),
    write: false,
    metafile: true,
    bundle: true,
    format: "cjs",
    platform: "neutral",
    target: "es2024",
    // Packages come as for a browser's worker, which is the nearest to a compartment.
    mainFields: ["browser", "module", "main"],
    conditions: ["worker", "browser", "module"],
    plugins: [sdkOnly, standIns(needs.absent), absentModules(needs.absent, dir)],
    inject: needs.globals.map((name) => `rookery:${name}`),
    define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
    // A real import() cannot be in a compartment; it becomes a require, which for the SDK works.
    supported: { "dynamic-import": false, ...(needs.noTemplates ? { "template-literal": false } : {}) },
    minifySyntax: true,
    minifyWhitespace: true,
    // Short lines keep what `escapeRefusedText` inserts from shifting many columns of the source map.
    lineLimit: 160,
    // The host puts its wrapper before the first line, so there is no code in it.
    banner: { js: `// ${manifest.id} ${manifest.version}` },
    sourcemap: "external",
    sourcesContent: true,
    legalComments: "external",
    logLevel: "silent",
    logOverride: {
      // Neither can run: SES refuses the one, and the other calls what is not there.
      ...({ "direct-eval": "error", "import-is-undefined": "error" } as const),
      // These may run, and fail then.
      ...Object.fromEntries(LOADING.map((id) => [id, "warning"] as const)),
    },
  } satisfies BuildOptions;
  const { outputFiles, metafile, warnings } = await build(options);
  const text = (suffix: string) =>
    outputFiles.find(({ path }) => path === options.outfile + suffix)?.text ?? "";
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint)?.entryPoint ?? "";
  return {
    ...{ code: text(""), map: text(".map"), licenses: text(".LEGAL.txt") },
    ...{ warnings: warnings.map(showMessage), metafile, entry },
  };
}
