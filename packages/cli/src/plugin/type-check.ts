import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { join, resolve, sep } from "node:path";
import { text } from "node:stream/consumers";
import { installedPackage, ownPackage } from "./installed-package.ts";

/** `errors` as `src/index.ts:3:17: …`; `skipped` says why nothing was checked. */
export type TypeCheck = { errors: string[] } | { skipped: string };

/**
 * Checks a plugin's types with the TypeScript that its author installed, or else Rookery's own.
 *
 * @param dir the plugin's folder, with `tsconfig.json`
 * @param options.inBackground lets everything else on the machine go first
 * @throws an `AbortError` when the signal is aborted
 */
export async function checkTypes(
  dir: string,
  { signal, inBackground = false }: { signal?: AbortSignal; inBackground?: boolean } = {},
): Promise<TypeCheck> {
  if (!existsSync(join(dir, "tsconfig.json"))) {
    return { skipped: "The types are not checked: there is no tsconfig.json." };
  }
  const typescript = (await installedPackage("typescript", dir)) ?? (await ownPackage("typescript"));
  if (typescript === null) {
    return { skipped: "The types are not checked: npm install --save-dev typescript adds what does it." };
  }
  const { bin } = JSON.parse(await readFile(join(typescript, "package.json"), "utf8")) as {
    bin: { tsc: string };
  };
  const args = [join(typescript, bin.tsc), "--noEmit", "--pretty", "false", "-p", "."];
  const child = spawn(process.execPath, args, {
    cwd: dir,
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal ? { signal } : {}),
  });
  if (inBackground && child.pid !== undefined) yieldToAll(child.pid);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  const errors = readErrors(stdout);
  // The SDK's sources are checked along, under the author's options; what they do not like there, nobody can mend here.
  const sdk = `${await ownPackage("@rookery/plugin-sdk")}${sep}`;
  const theirs = errors.filter(({ file }) => file === undefined || !resolve(dir, file).startsWith(sdk));
  if (code === 0 || errors.length > 0) return { errors: theirs.map(({ text }) => text) };
  throw new Error(`TypeScript failed: ${(stdout + stderr).trim()}`);
}

function yieldToAll(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // It has ended already.
    if ((error as { info?: { code?: string } }).info?.code !== "ESRCH") throw error;
  }
}

/** `src/index.ts(3,17): error TS2322: …`, with indented lines that say more. */
function readErrors(output: string): { file?: string; text: string }[] {
  const errors: { file?: string; text: string }[] = [];
  for (const line of output.split("\n")) {
    const [, file, at, column, message] = /^(\S.*?)\((\d+),(\d+)\): error TS\d+: (.*)$/.exec(line) ?? [];
    const general = /^error TS\d+: (.*)$/.exec(line)?.[1];
    const last = errors.at(-1);
    if (file !== undefined) errors.push({ file, text: `${file}:${at}:${column}: ${message}` });
    else if (general !== undefined) errors.push({ text: general });
    else if (line.startsWith(" ") && last) last.text += `\n${line}`;
  }
  return errors;
}
