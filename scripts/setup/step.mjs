import { spawn } from "node:child_process";

/** A step that could not be done. `message` is for the person at the terminal; `output` is what the program said. */
export class StepError extends Error {
  constructor(message, output = "") {
    super(message);
    this.name = "StepError";
    this.output = output;
  }
}

/** Does `work` and prints one line for it on standard error: what it is, and how long it took or that it failed. */
export async function step(what, work) {
  const begin = Date.now();
  process.stderr.write(`  ${what} … `);
  try {
    const result = await work();
    console.error(`${((Date.now() - begin) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    console.error("failed");
    throw error;
  }
}

/**
 * Runs a program without showing what it prints.
 *
 * @returns its standard output
 * @throws {StepError} with everything it printed, if it is absent or its exit code is not 0
 */
export function run(program, args, { env = process.env, cwd, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, shell, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let all = "";
    child.stdout.on("data", (data) => {
      stdout += data;
      all += data;
    });
    child.stderr.on("data", (data) => {
      all += data;
    });
    child.on("error", (error) => reject(new StepError(`${program} cannot be run: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new StepError(`${program} ended with ${signal ?? `exit code ${code}`}`, all));
    });
  });
}

/** The last lines of a program's output that say something, for a message. */
export function lastLines(output, count = 3) {
  return output.trim().split("\n").filter(Boolean).slice(-count).join("\n");
}
