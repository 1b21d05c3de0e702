import { isOurs } from "./stand-in-modules.ts";

/**
 * Where the author's sources define a property, as `src/index.ts:6:5`: the first `name:` after the first
 * `config:`, in a file of their own. Found by its looks, for messages; `null` where it is not found.
 *
 * @param code built code with its source map inline
 */
export function placeOfProperty(code: string, name: string): string | null {
  const map = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/.exec(code)?.[1];
  if (map === undefined) return null;
  const { sources, sourcesContent } = JSON.parse(Buffer.from(map, "base64").toString()) as {
    sources: string[];
    sourcesContent: (string | null)[];
  };
  const wanted = new RegExp(`(?<![\\w$.])["']?${name.replaceAll(/[^\w]/g, "\\$&")}["']?\\s*:`, "g");
  for (const [index, file] of sources.entries()) {
    const text = sourcesContent[index];
    if (text == null || isOurs(file) || file.includes("node_modules/")) continue;
    wanted.lastIndex = Math.max(0, text.search(/(?<![\w$.])config\s*:/));
    const found = wanted.exec(text);
    if (found === null) continue;
    const before = text.slice(0, found.index).split("\n");
    return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  }
  return null;
}
