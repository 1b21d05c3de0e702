import { findRefusedText } from "@rookery/host/bundle";
import type { BuildFailure } from "esbuild";
import { type AbsentImport, absentImport } from "./absent-modules.ts";
import { absentWarnings } from "./absent-warnings.ts";
import { type Bundled, bundle, type Needs } from "./bundle.ts";
import { toAppError } from "./compile-errors.ts";
import { escapeRefusedText } from "./escape-refused-text.ts";
import { importChain } from "./import-chain.ts";
import type { PluginFolder } from "./plugin-folder.ts";
import { shortenPath } from "./shorten-path.ts";
import { isOurs, namedGlobals } from "./stand-in-modules.ts";

export interface Compiled {
  /** CommonJS with its source map inline, fit for the sandbox. */
  code: string;
  /** The license comments of what was bundled, or `""`. */
  licenses: string;
  warnings: string[];
  /** The files by which the plugin comes to one of its files, the first its entry file. */
  wayTo(file: string): string[];
}

/**
 * Bundles a plugin's entry file and all it imports into one CommonJS file that requires nothing but
 * the SDK, which the host provides.
 *
 * What only some plugins need is found by bundling without it first, so that the others do not pay.
 *
 * @throws AppError BUNDLE_CODE_REFUSED that lists what is wrong, each with file, line and column
 */
export async function compile(folder: PluginFolder): Promise<Compiled> {
  let [bundled, needs] = await bundleWithout(folder, { absent: [], globals: [] });
  const globals = namedGlobals(bundled.code);
  if (globals.length > 0) [bundled, needs] = await bundleWithout(folder, { ...needs, globals });
  const warnings = [...bundled.warnings, ...absentWarnings(needs.absent, bundled.metafile, bundled.entry)];
  if (findRefusedText(bundled.code) === null) return finish(bundled, bundled.code, warnings);
  // As strings, templates can be escaped without a change to what `String.raw` and its like see.
  const escapable = await bundle(folder, { ...needs, noTemplates: true });
  return finish(escapable, escapeRefusedText(escapable.code), warnings);
}

/**
 * Bundles, and again while all that fails are imports of what the sandbox has not, by packages: only
 * the bundler tells those that fail from those that a package tries and can do without.
 */
async function bundleWithout(folder: PluginFolder, needs: Needs): Promise<[Bundled, Needs]> {
  try {
    return [await bundle(folder, needs), needs];
  } catch (error) {
    const found = ((error as Partial<BuildFailure>).errors ?? []).map((each) => absentImport(each));
    if (found.length === 0 || !found.every((each) => each !== null)) throw toAppError(error);
    const more = found.filter((each) => !needs.absent.some((known) => isSame(known, each)));
    if (more.length === 0) throw toAppError(error);
    return bundleWithout(folder, { ...needs, absent: [...needs.absent, ...more] });
  }
}

const isSame = (a: AbsentImport, b: AbsentImport) =>
  a.file === b.file && a.module === b.module && a.name === b.name;

function finish({ map, licenses, metafile, entry }: Bundled, code: string, warnings: string[]): Compiled {
  const parsed = JSON.parse(map) as { sources: string[]; sourcesContent: (string | null)[] };
  const sources = parsed.sources.map(shortenPath);
  // Nobody reads those of stand-ins, which are as good as the code.
  const sourcesContent = parsed.sourcesContent.map((text, index) =>
    isOurs(sources[index] ?? "") ? null : text,
  );
  const shortened = JSON.stringify({ ...parsed, sources, sourcesContent });
  const inline = Buffer.from(shortened).toString("base64");
  return {
    ...{ code: `${code}//# sourceMappingURL=data:application/json;base64,${inline}\n`, licenses, warnings },
    wayTo(file) {
      const input = Object.keys(metafile.inputs).find((path) => shortenPath(path) === file) ?? file;
      return importChain(metafile, entry, input).map(shortenPath);
    },
  };
}
