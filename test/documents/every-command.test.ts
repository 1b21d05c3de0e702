import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "@rookery/host";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../packages/host/src/testing/temporary-directory.ts";
import { commandsOf, documents, type Fenced, fencedIn, textOf } from "./blocks.ts";
import { faultsIn } from "./command-lines.ts";

const TEST = join(import.meta.dirname, "..");
const SHELL = ["sh", "bash", "console", "shell", "zsh"];

const all = documents().flatMap(fencedIn);
const shell = all.filter(({ language }) => SHELL.includes(language));
const at = ({ document, line }: Fenced) => `${document}:${line}`;
/** What a document leaves open: `<instance>`, `<this repository>`. */
const filled = (content: string) => content.replaceAll(/<[\w ]+>/g, "something");

/** The sections that a test follows. */
function followed(): Set<string> {
  const sources = globSync("**/*.test.ts", { cwd: TEST }).map((file) =>
    readFileSync(join(TEST, file), "utf8"),
  );
  const named = sources.flatMap((source) => [...source.matchAll(/"([\w./-]+\.md)",\s*"(#+ [^"]+)"/g)]);
  return new Set(named.map(([, document, heading]) => `${document} ${heading}`));
}

it("every command in the documents is run by a test, or says why it is not", () => {
  expect(shell.length).toBeGreaterThan(30);
  const sections = followed();
  const left = shell.filter(({ document, heading, about }) =>
    about === "run" ? !sections.has(`${document} ${heading}`) : !/^checked="[^"]{10,}"$/.test(about),
  );
  expect(left.map(at)).toEqual([]);
});

it("every block of commands is one that bash understands", () => {
  for (const block of shell) {
    const check = () =>
      execFileSync("bash", ["-n"], { input: filled(block.content), stdio: ["pipe", "pipe", "pipe"] });
    expect(check, at(block)).not.toThrow();
  }
});

it("every command of ours that a document names, in a block or a sentence, is there with its options", () => {
  const lines = documents().flatMap((document) => {
    const inBlocks = fencedIn(document)
      .filter(({ language }) => SHELL.includes(language))
      .flatMap(({ content }) => commandsOf(content));
    const inSentences = [...textOf(document).matchAll(/`((?:npx )?(?:rookery|npm) [^`\n]+)`/g)].map(
      ([, line = ""]) => line,
    );
    return [...inBlocks, ...inSentences].map((line) => ({ document, line: filled(line) }));
  });
  expect(lines.length).toBeGreaterThan(150);
  const faults = lines.flatMap(({ document, line }) =>
    faultsIn(line).map((fault) => `${document}: "${line}": ${fault}`),
  );
  expect(faults).toEqual([]);
});

it("a command that is not there is told", () => {
  expect(faultsIn("rookery backup verfy x && npm run tset # rookery nosuch")).toEqual([
    'npm has no script "tset".',
  ]);
  expect(faultsIn("A=1 npx rookery nosuch; rookery config chek; rookery ps --nosuch")).toEqual([
    'rookery has no command "nosuch".',
    'rookery config has no "chek".',
    "rookery ps has no option --nosuch.",
  ]);
  expect(faultsIn("systemctl restart rokery | node scripts/nosuch.ts")).toEqual([
    "There is no unit rokery.",
    "There is no scripts/nosuch.ts.",
  ]);
});

/** Whatever of `rookery.yaml` a document shows is written into one, in a folder where there is nothing else. */
it.each(
  all
    .filter(({ language, about }) => language === "yaml" && !about.startsWith("of="))
    .map((block) => [at(block), block] as const),
)("what stands at %s is a configuration that a host takes", (_at, { content }) => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "rookery.yaml"), content);
  expect(loadConfig({ env: {}, cwd })).toBeDefined();
});
