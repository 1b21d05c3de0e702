import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the README's example is the one that the compiler has seen", () => {
  const example = readFileSync(join(import.meta.dirname, "example.ts"), "utf8");
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
