import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { actionWords, auditActions } from "./audit-words.ts";

const ACCESS = fileURLToPath(new URL("../../../../packages/host/src/api/access.ts", import.meta.url));

test("every change that the API writes down has words", () => {
  const written = [...readFileSync(ACCESS, "utf8").matchAll(/(?:changes|creates)\("\w+", "([a-z.-]+)"/g)];
  expect(written.length).toBeGreaterThan(20);
  expect(
    written.map(([, action]) => action).filter((action) => !auditActions.includes(action ?? "")),
  ).toEqual([]);
});

test("what has no words yet is shown as it is", () => {
  expect(actionWords("moon.land")).toBe("moon.land");
});
