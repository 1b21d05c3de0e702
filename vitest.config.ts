import { configDefaults, defineConfig } from "vitest/config";

const exclude = [...configDefaults.exclude, "**/dist/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,plugins,web-ui,scripts,bench}/**/*.test.{ts,tsx,mjs}"],
          exclude,
          maxWorkers: "100%",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real programs, one file after the other: they measure times, and two cores are soon busy.
        test: {
          name: "end to end",
          include: ["test/**/*.test.ts"],
          exclude,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
