import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Block } from "./blocks.ts";

const PROGRAM = join(import.meta.dirname, "../../packages/cli/bin/rookery.mjs");

/** Somebody who does what a document says, on a machine of their own. */
export interface Reader {
  /** Where a path of the document is on this machine. */
  at(path: string): string;
  /** A program that the document's machine has and this one has not. */
  program(name: string, script: string): Promise<void>;
  /** Writes a file, or runs a command. @returns what it printed @throws Error where it fails, with what it said */
  follow(block: Block): Promise<string>;
}

/**
 * @param root the machine's `/`
 * @param told what the document has only as an example, and what it is here
 */
export async function createReader(
  root: string,
  told: readonly [example: string | RegExp, here: string][],
  env: Record<string, string> = {},
): Promise<Reader> {
  const at = (path: string) => join(root, path);
  const here = (content: string) =>
    [...told, [/(^|[\s:'"])(\/(?:etc|var|srv|run|mnt|safe)\/)/g, `$1${root}$2`] as const].reduce(
      (said, [example, real]) => said.replaceAll(example as string, real),
      content,
    );
  const bin = at("/bin");
  await mkdir(bin, { recursive: true });

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  await program("rookery", `exec "${process.execPath}" "${PROGRAM}" "$@"`);

  async function run(line: string): Promise<string> {
    const child = spawn("bash", ["-euo", "pipefail", "-c", line], {
      cwd: root,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: root, ...env },
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    if (code !== 0) throw new Error(`"${line}" ended with ${code}:\n${out}${err}`);
    return out;
  }

  return {
    at,
    program,
    async follow(block) {
      if (block.kind === "command") return run(here(block.line));
      await mkdir(dirname(at(block.path)), { recursive: true });
      await writeFile(at(block.path), here(block.content));
      return "";
    },
  };
}
