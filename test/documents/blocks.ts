import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What is between two fences of a document. */
export interface Fenced {
  /** From the repository's root: `docs/operating.md`. */
  document: string;
  /** The next heading above it, as it stands there: `## Backups`. */
  heading: string;
  /** Where its first fence is, from 1. */
  line: number;
  language: string;
  /** What stands behind the language: `run`, `checked="why no test runs it"`, `file=/etc/rookery/rookery.yaml`. */
  about: string;
  content: string;
}

/** What a section of a document has a reader do, in its order. */
export type Block =
  /** A block that is headed ```` ```yaml file=/etc/rookery/rookery.yaml ````: a file to write. */
  | { kind: "file"; path: string; content: string }
  /** A command of a block that is headed ```` ```sh run ````. */
  | { kind: "command"; line: string };

/** All documents of the repository, from its root. */
export const documents = () =>
  globSync(["*.md", "{docs,packages,plugins,test,web-ui,bench,deploy,nix}/**/*.md"], {
    cwd: ROOT,
    exclude: (name) => name.includes("node_modules"),
  }).sort();

/** @param document from the repository's root */
export const textOf = (document: string) => readFileSync(join(ROOT, document), "utf8");

/** All that is between fences in a document. */
export function fencedIn(document: string): Fenced[] {
  const all: Fenced[] = [];
  let heading = "";
  let open: (Fenced & { fence: string; indent: string }) | null = null;
  for (const [index, line] of textOf(document).split("\n").entries()) {
    const [, indent = "", fence, info = ""] = /^( *)(`{3,})([^`]*)$/.exec(line) ?? [];
    if (open !== null) {
      if (fence !== undefined && fence.length >= open.fence.length && info === "") {
        const { fence: _, indent: __, ...fenced } = open;
        all.push(fenced);
        open = null;
      } else open.content += `${line.slice(open.indent.length)}\n`;
    } else if (fence !== undefined) {
      const [language = ""] = info.split(" ");
      const about = info.slice(language.length).trim();
      open = { document, heading, line: index + 1, language, about, content: "", fence, indent };
    } else if (/^#+ /.test(line)) heading = line;
  }
  return all;
}

/** The commands of a block of shell: a line each, without those that are comments alone. */
export const commandsOf = (content: string) =>
  content
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => /^[^\s#]/.test(line));

/**
 * The files and commands under a heading of a document, up to the next heading.
 *
 * @param document from the repository's root
 * @throws Error where the document has no such heading, or nothing under it: a test that runs nothing shows nothing
 */
export function blocksUnder(document: string, heading: string): Block[] {
  const blocks = fencedIn(document)
    .filter((fenced) => fenced.heading === heading)
    .flatMap(blocksOf);
  if (blocks.length === 0) throw new Error(`Under "${heading}", ${document} has nothing to run.`);
  return blocks;
}

function blocksOf({ about, content }: Fenced): Block[] {
  const path = /\bfile=(\S+)/.exec(about)?.[1];
  if (path !== undefined) return [{ kind: "file", path, content }];
  return about === "run" ? commandsOf(content).map((line) => ({ kind: "command", line })) : [];
}
