import { type ChildProcess, spawn } from "node:child_process";
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
  /**
   * Writes a file, or runs a command to its end, in the terminal of the ones before: where they went, and with the variables
   * that they set.
   *
   * @param typed what the command asks for
   * @returns what it printed
   * @throws Error where it fails, with what it said
   */
  follow(block: Block | undefined, typed?: string): Promise<string>;
  /** Runs a command that goes on by itself, up to what it prints first of this. */
  start(block: Block | undefined, printed: RegExp): Promise<Started>;
  /** Goes elsewhere on the machine, as in another terminal. */
  enter(path: string): Promise<void>;
}

/** A command that runs. Its process is the command's own, in a group of its own. */
export interface Started {
  process: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  found: RegExpExecArray;
  /** Ctrl+C, and until it is gone with all that it started. */
  end(): Promise<void>;
}

/**
 * @param root the machine's `/`, and where the reader is at first
 * @param told what the document has only as an example, and what it is here
 * @param env variables beside `HOME`, which is `root`, and `PATH`
 */
export async function createReader(
  root: string,
  told: readonly [example: string | RegExp, here: string][],
  env: Record<string, string | undefined> = {},
): Promise<Reader> {
  const at = (path: string) => join(root, path);
  const here = (content: string) =>
    [...told, [/(^|[\s:='"])(\/(?:etc|var|srv|run|mnt|safe|tmp\/drill)\b)/g, `$1${root}$2`] as const].reduce(
      (said, [example, real]) => said.replaceAll(example as string, real),
      content,
    );
  const bin = at("/bin");
  await mkdir(bin, { recursive: true });
  const variables = { HOME: root, ...env, PATH: `${bin}:${env.PATH ?? process.env.PATH}` };

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  await program("rookery", `exec "${process.execPath}" "${PROGRAM}" "$@"`);

  // A terminal keeps where it is and what was set; each command here is a shell of its own.
  const terminal = at("/.terminal");
  await writeFile(terminal, `cd "${root}"\n`);
  const shell = (script: string, detached = false) =>
    // It takes a pipe of Node's for a connection from elsewhere, which has files of the machine's to read first.
    spawn("bash", ["--norc", "-euo", "pipefail", "-c", `. "${terminal}"\n${script}`], {
      ...{ cwd: root, env: variables, detached },
      stdio: "pipe",
    });

  async function run(line: string, typed = ""): Promise<string> {
    const child = shell(`set -a\n${line}\n{ export -p; printf 'cd %q\\n' "$PWD"; } > "${terminal}"`);
    // A command that asks for nothing is gone before it was typed.
    child.stdin.on("error", () => {}).end(typed);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    if (code !== 0) throw new Error(`"${line}" ended with ${code}:\n${out}${err}`);
    return out;
  }

  async function start(line: string, wanted: RegExp): Promise<Started> {
    const child = shell(`exec env ${line}`, true);
    const ended = once(child, "close");
    let output = "";
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output += String(chunk);
        const found = wanted.exec(output);
        if (found) resolve(found);
      });
    void ended.then(() => reject(new Error(`"${line}" ended, and had printed:\n${output}`)));
    const end = async () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGINT");
      await ended;
    };
    return { process: child, output: () => output, found: await promise, end };
  }

  const commandOf = (block: Block | undefined) => {
    if (block?.kind !== "command") throw new Error("The document has no command there.");
    return here(block.line);
  };
  return {
    at,
    program,
    async follow(block, typed) {
      if (block?.kind !== "file") return run(commandOf(block), typed);
      await mkdir(dirname(at(block.path)), { recursive: true });
      await writeFile(at(block.path), here(block.content));
      return "";
    },
    start: (block, printed) => start(commandOf(block), printed),
    async enter(path) {
      await run(`cd "${at(path)}"`);
    },
  };
}
