import type { Metafile } from "esbuild";
import { ABSENT, type AbsentImport } from "./absent-modules.ts";
import { importChain } from "./import-chain.ts";
import { insteadOf } from "./instead-of.ts";
import { packageOf } from "./package-of.ts";
import { shortenPath } from "./shorten-path.ts";

/** What is known of packages that do without: what of them will not work, and what does. */
const KNOWN: Record<string, string> = {
  "rss-parser": "parseURL() will not work: get the feed with fetch() and give its text to parseString().",
};

/**
 * One warning for each package that imports what the sandbox has not: what that is, the way by which
 * the plugin comes to it, and what to do. What did not end up in the bundle needs none.
 */
export function absentWarnings(
  imports: readonly AbsentImport[],
  metafile: Metafile,
  entry: string,
): string[] {
  const kept = new Set(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  const isThere = (each: AbsentImport) =>
    kept.has(each.file) &&
    (each.name !== undefined || kept.has(`${ABSENT}:${packageOf(each.file)} ${each.module}`));
  const byPackage = Map.groupBy(imports.filter(isThere), ({ file }) => packageOf(file) as string);

  return [...byPackage].map(([name, all]) => {
    const first = all[0] as AbsentImport;
    const way = importChain(metafile, entry, first.file).map(shortenPath).join(" → ");
    const what = [...new Set(all.map(nameOf))].join(" and ");
    const advice =
      KNOWN[name] ?? [...new Set(all.map(({ module, name: part }) => insteadOf(module, part)))].join(" ");
    return `"${name}" imports ${what} of Node, which the sandbox has not; what of it needs that will throw when it is called. ${advice} (${way}:${first.line}:${first.column + 1})`;
  });
}

const nameOf = ({ module, name }: AbsentImport) =>
  name === undefined ? `"${module}"` : `"${name}" from "${module}"`;
