import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildPlugin } from "@rookery/cli/build";
import { expect, test } from "vitest";

/** Half of the lines that maubot's have; README.md says which those are. */
const HALF = { echo: 33, database: 36, config: 13, passive: 47, webhook: 111 };
const examples = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test("all tests of the examples pass", { timeout: 60_000 }, () => {
  const files = examples.map((name) => join(import.meta.dirname, name, "test/index.test.ts"));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--test", ...files], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(status, stdout + stderr).toBe(0);
});

test.each(examples)("%s builds without a warning, and has at most half of maubot's lines", async (name) => {
  const dir = join(import.meta.dirname, name);
  expect((await buildPlugin(dir)).warnings).toEqual([]);
  const lines = readFileSync(join(dir, "src/index.ts"), "utf8").trimEnd().split("\n").length;
  expect(lines).toBeLessThanOrEqual(HALF[name as keyof typeof HALF]);
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  expect(readme).toMatch(new RegExp(`^\\| \\[${name}\\]\\(${name}\\).*\\| ${lines} `, "m"));
});
