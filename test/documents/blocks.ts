import { readFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = join(import.meta.dirname, "../../docs");

/** What a section of a document has a reader do, in its order. */
export type Block =
  /** A block that is headed ```` ```yaml file=/etc/rookery/rookery.yaml ````: a file to write. */
  | { kind: "file"; path: string; content: string }
  /** A line of a block that is headed ```` ```sh run ````: a command to run. */
  | { kind: "command"; line: string };

/**
 * The files and commands under a heading of a document, up to the next heading of the same depth or above. Other blocks are
 * left out: what they show is not for the reader to type, or not yet run by a test.
 *
 * @throws Error where the document has no such heading, or nothing under it: a test that runs nothing shows nothing
 */
export function blocksUnder(document: string, heading: string): Block[] {
  const lines = readFileSync(join(DOCS, document), "utf8").split("\n");
  const begin = lines.indexOf(heading);
  if (begin === -1) throw new Error(`docs/${document} has no "${heading}".`);
  const depth = heading.indexOf(" ");
  const blocks: Block[] = [];
  let fence: { info: string; content: string[] } | null = null;
  for (const line of lines.slice(begin + 1)) {
    if (fence === null && line.startsWith("#") && line.indexOf(" ") <= depth) break;
    if (!line.startsWith("```")) fence?.content.push(line);
    else if (fence === null) fence = { info: line.slice(3), content: [] };
    else {
      blocks.push(...blocksOf(fence.info, fence.content));
      fence = null;
    }
  }
  if (blocks.length === 0) throw new Error(`Under "${heading}", docs/${document} has nothing to run.`);
  return blocks;
}

function blocksOf(info: string, content: string[]): Block[] {
  const path = / file=(\S+)/.exec(info)?.[1];
  if (path !== undefined) return [{ kind: "file", path, content: `${content.join("\n")}\n` }];
  if (info !== "sh run") return [];
  return content.filter((line) => /^[^\s#]/.test(line)).map((line) => ({ kind: "command", line }));
}
