import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, type RunCommand } from "../command.ts";
import { linkRookery } from "../plugin/links.ts";
import { pluginDirectory } from "../plugin/plugin-directory.ts";
import { checkTypes } from "../plugin/type-check.ts";
import { printable } from "../printable.ts";

const TESTS = "{src,test}/**/*.test.{ts,mts,js,mjs}";

/** `rookery test [dir] [--no-types] […]`: checks a plugin's types and runs its tests with `node --test`. */
export const test: RunCommand = async (args, { err }) => {
  const isFolder = args[0] !== undefined && !args[0].startsWith("-") && isDirectory(args[0]);
  const dir = pluginDirectory(isFolder ? args[0] : undefined, "test");
  const passed = args.slice(isFolder ? 1 : 0).filter((arg) => arg !== "--no-types" && arg !== "--");
  const named = passed.some((arg) => !arg.startsWith("-") && existsSync(resolve(dir, arg)));
  if (!named && globSync(TESTS, { cwd: dir }).length === 0) {
    throw new Error(`There are no tests in ${dir}. Write the first as test/index.test.ts.`);
  }
  await linkRookery(dir);

  if (!args.includes("--no-types")) {
    const checked = await checkTypes(dir);
    if ("skipped" in checked) err.write(`${checked.skipped}\n`);
    else if (checked.errors.length > 0) {
      const hint = "The tests were not run. To run them all the same: rookery test --no-types";
      err.write(`${printable(checked.errors.join("\n"))}\n\n${hint}\n`);
      throw new ExitCode(1);
    }
  }
  const code = await runTests(dir, named ? passed : [...passed, TESTS]);
  if (code !== 0) throw new ExitCode(code);
};

/** Runs them in the terminal of this command, and ends them with it. */
async function runTests(dir: string, args: string[]): Promise<number> {
  const child = spawn(process.execPath, ["--test", ...args], { cwd: dir, stdio: "inherit" });
  const end = () => void child.kill("SIGTERM");
  process.once("SIGTERM", end);
  const [code] = (await once(child, "close")) as [number | null];
  process.off("SIGTERM", end);
  return code ?? 1;
}

function isDirectory(path: string): boolean {
  return statSync(resolve(path), { throwIfNoEntry: false })?.isDirectory() === true;
}
