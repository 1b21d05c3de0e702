import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** They measure times of which a few milliseconds count; they have the machine's two cores to themselves. */
const MEASURED = [
  "test/author/first-bot.test.ts",
  "test/hostile/*.test.ts",
  "test/load/{load,full-inbox,backup}.test.ts",
  "test/page/{loading,first-visit}.test.ts",
  "test/instagram-in-synapse.test.ts",
];

/** They measure memory, or wait for a bot that has seconds only; two go side by side, a core for each. */
const IN_PAIRS = ["test/crash/away.test.ts", "test/fresh-clone.test.ts"];

/** Where files go side by side, the long ones begin first: at the end, one of them alone would keep all waiting. */
const LONG = [
  "crash/crash",
  "load/soak",
  "deploy/documents",
  "hostile/attempts",
  "page/every-page",
  "page/integrity",
  "services/upgrades",
  "runtime/supervisor",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((part) => moduleId.includes(`/${part}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const exclude = [...configDefaults.exclude, "**/dist/**"];

/** What is looked at again and again is so at last, or the test has failed: a deadline and no pace. */
const poll = { timeout: 30_000 };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,plugins,web-ui,scripts,bench}/**/*.test.{ts,tsx,mjs}"],
          // As plugins' authors have them, for Node's own runner.
          exclude: [...exclude, "plugins/examples/*/**", "packages/cli/template/**"],
          // Much of it waits for a worker that starts.
          maxWorkers: Math.ceil(availableParallelism() * 1.5),
          // Their parts are loaded once for each core instead of once for each file.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real programs. Some of it waits, so that three go side by side on two cores; four are done no sooner, and in each other's way.
        test: {
          name: "end to end",
          expect: { poll },
          include: ["test/**/*.test.ts"],
          exclude: [...exclude, ...MEASURED, ...IN_PAIRS],
          maxWorkers: Math.ceil(availableParallelism() * 1.5),
          // As above: what they import costs a second of a processor, and they are sixty.
          isolate: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "in pairs",
          expect: { poll },
          include: IN_PAIRS,
          exclude,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 3 },
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "measured",
          expect: { poll },
          include: MEASURED,
          exclude,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
