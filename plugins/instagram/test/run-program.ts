import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProgramResult } from "@rookery/plugin-sdk/protocol";
import type { TestFile } from "@rookery/plugin-sdk/testing";

/**
 * Runs a program as the host does: no shell, no inherited environment, a directory of its own, its output collected.
 *
 * @param environment all that it gets
 * @param files texts that lie in its directory
 */
export async function runProgram(
  name: string,
  args: string[],
  environment: Record<string, string>,
  files: Record<string, string | TestFile> = {},
): Promise<Omit<ProgramResult, "files">> {
  const cwd = await mkdtemp(join(tmpdir(), "rookery-run-"));
  try {
    for (const [file, content] of Object.entries(files)) {
      if (typeof content === "string") await writeFile(join(cwd, file), content);
    }
    return await new Promise((resolve, reject) => {
      const child = spawn(name, args, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
      const output = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
          output[name] += text;
        });
      }
      child.on("error", reject);
      child.on("close", (exitCode) => resolve({ exitCode, ...output, timedOut: false, truncated: false }));
    });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
