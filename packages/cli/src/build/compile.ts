import { join } from "node:path";
import { findRefusedText } from "@rookery/host/bundle";
import { type BuildOptions, build } from "esbuild";
import { showMessage, toAppError } from "./compile-errors.ts";
import { escapeRefusedText } from "./escape-refused-text.ts";
import type { PluginFolder } from "./plugin-folder.ts";
import { sdkOnly } from "./sdk-only.ts";

const CODE = "plugin.js";

export interface Compiled {
  /** CommonJS with its source map inline, fit for the sandbox. */
  code: string;
  /** The license comments of what was bundled, or `""`. */
  licenses: string;
  warnings: string[];
}

/**
 * Bundles a plugin's entry file and all it imports into one CommonJS file that requires nothing but
 * the SDK, which the host provides.
 *
 * @throws AppError BUNDLE_CODE_REFUSED that lists what is wrong, each with file, line and column
 */
export async function compile(folder: PluginFolder): Promise<Compiled> {
  const first = await run(folder, {});
  if (findRefusedText(first.code) === null) return finish(first);
  // As strings, templates can be escaped without a change to what `String.raw` and its like see.
  const second = await run(folder, { "template-literal": false });
  return finish({ ...second, code: escapeRefusedText(second.code) });
}

interface Output {
  code: string;
  map: string;
  licenses: string;
  warnings: string[];
}

async function run({ dir, manifest }: PluginFolder, supported: Record<string, boolean>): Promise<Output> {
  const options = {
    absWorkingDir: dir,
    entryPoints: [manifest.main ?? "src/index.ts"],
    outfile: join(dir, CODE),
    write: false,
    bundle: true,
    format: "cjs",
    platform: "neutral",
    target: "es2024",
    // Packages come as for a browser's worker, which is the nearest to a compartment.
    mainFields: ["browser", "module", "main"],
    conditions: ["worker", "browser", "module"],
    plugins: [sdkOnly],
    // A real import() cannot be in a compartment; it becomes a require, which for the SDK works.
    supported: { "dynamic-import": false, ...supported },
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
    // Neither can run: SES refuses the one, and the other calls what is not there.
    logOverride: { "direct-eval": "error", "import-is-undefined": "error" },
  } as const satisfies BuildOptions;
  const result = await build(options).catch((error: unknown) => {
    throw toAppError(error);
  });
  const text = (suffix: string) =>
    result.outputFiles.find(({ path }) => path === join(dir, CODE) + suffix)?.text ?? "";
  return {
    code: text(""),
    map: text(".map"),
    licenses: text(".LEGAL.txt"),
    warnings: result.warnings.map(showMessage),
  };
}

function finish({ code, map, licenses, warnings }: Output): Compiled {
  const inline = Buffer.from(shortenSources(map)).toString("base64");
  return {
    code: `${code}//# sourceMappingURL=data:application/json;base64,${inline}\n`,
    licenses,
    warnings,
  };
}

/** Where packages are installed, above the plugin's folder or in it, is nothing a bundle should tell. */
function shortenSources(map: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  const sources = parsed.sources.map((path) =>
    path.replace(/^(?:\.\.\/)+(?:.*\/)?node_modules\//, "node_modules/"),
  );
  return JSON.stringify({ ...parsed, sources });
}
