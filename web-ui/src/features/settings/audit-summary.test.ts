import type { AuditEntry } from "@rookery/host/api";
import { expect, test } from "vitest";
import { changeWords, targetName } from "./audit-summary.ts";

const entry = (before: AuditEntry["before"], after: AuditEntry["after"]): AuditEntry => ({
  ...{ id: 1, at: "2026-11-26T00:00:00.000Z", user: "admin", session: "s", token: null },
  ...{ address: "127.0.0.1", userAgent: null, action: "user.change", target: "54f7", error: null },
  ...{ before, after },
});

test("a small change is said in a few words, a larger one is left to the details", () => {
  expect(changeWords(entry({ role: "viewer" }, { role: "admin" }))).toBe("role: viewer → admin");
  expect(changeWords(entry({ a: 1, b: true }, { a: 2, b: false }))).toBe("a: 1 → 2, b: true → false");
  expect(changeWords(entry({ config: {} }, { config: { zone: "UTC" } }))).toBeNull();
  expect(changeWords(entry({ a: 1, b: 1, c: 1 }, { a: 2, b: 2, c: 2 }))).toBeNull();
  expect(changeWords(entry(null, { role: "admin" }))).toBeNull();
});

test("what has a name is called by it, also when it is gone", () => {
  expect(targetName(entry(null, { name: "deploy script" }))).toBe("deploy script");
  expect(targetName(entry({ name: "deploy script" }, null))).toBe("deploy script");
  expect(targetName(entry({ role: "viewer" }, { role: "admin" }))).toBe("54f7");
});
