import { spawn } from "node:child_process";
import type { ProgramResult } from "@rookery/plugin-sdk/protocol";

/**
 * Runs a program as the host does: no shell, no inherited environment, its output collected.
 *
 * @param environment all that it gets
 */
export function runProgram(
  name: string,
  args: string[],
  environment: Record<string, string>,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...output, timedOut: false, truncated: false }));
  });
}
