/**
 * What `npm test` runs: type check, lint, and every test of the repository. Its last line counts them:
 * `N passed, N failed`, and `, N skipped` if there are any. The exit code is 1 if anything failed.
 *
 * `npm test -- <filters>` runs the tests alone whose file names contain one of the filters.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Reporter, startVitest, type TestModule } from "vitest/node";
import { type Counts, closingLine, countTests, total } from "./test-counts.ts";

const root = join(import.meta.dirname, "..");

/** Runs a program of node_modules, which shows its findings itself; it counts as one test. */
async function check(what: string, program: string, ...args: string[]): Promise<Counts> {
  const begin = performance.now();
  const child = spawn(join(root, "node_modules/.bin", program), args, { cwd: root, stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${what}: ${code === 0 ? "passed" : "failed"} (${seconds} s)`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? [] : [what], skipped: [] };
}

async function runTests(filters: string[]): Promise<Counts> {
  const { promise: ran, resolve } = Promise.withResolvers<Counts>();
  const counter: Reporter = {
    onTestRunEnd(modules, errors) {
      showSlowest(modules);
      resolve(countTests(modules, errors));
    },
  };
  const closed = startVitest(filters, { root, watch: false, reporters: ["default", counter] })
    .then((vitest) => vitest.close())
    .then(() => true);
  const counts = await Promise.race([ran, closed.then(() => NOTHING)]);
  if (await Promise.race([closed, delay(CLOSE_DEADLINE_MS, false)])) return counts;
  console.error("\nA test left a process behind, which still holds the output open.");
  return { ...counts, failed: [...counts.failed, "a test left a process behind"] };
}

/** Which files to look at when the whole takes too long. */
function showSlowest(modules: readonly TestModule[]): void {
  const seconds = (module: TestModule) => module.diagnostic().duration / 1000;
  const slowest = [...modules].sort((a, b) => seconds(b) - seconds(a)).slice(0, SHOWN);
  const lines = slowest.map(
    (module) => `${seconds(module).toFixed(1).padStart(7)} s  ${module.relativeModuleId}`,
  );
  console.log(`\nThe slowest files:\n${lines.join("\n")}`);
}

function list(what: string, lines: string[]): void {
  if (lines.length > 0) console.log(`\n${what}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

const SHOWN = 25;
const NOTHING: Counts = { passed: 0, failed: [], skipped: [] };

/** Vitest waits without end for a process that a test started and did not end. */
const CLOSE_DEADLINE_MS = 15_000;

const filters = process.argv.slice(2);
const counts: Counts[] = [];
if (filters.length === 0) {
  counts.push(await check("type check", "tsc", "-b"));
  counts.push(await check("lint", "biome", "check", "--error-on-warnings", "."));
}
counts.push(await runTests(filters));

const all = total(counts);
list("skipped", all.skipped);
list("failed", all.failed);
console.log(`\n${closingLine(all)}`);
const nothingRan = all.passed + all.failed.length + all.skipped.length === 0;
process.exit(all.failed.length > 0 || nothingRan ? 1 : 0);
