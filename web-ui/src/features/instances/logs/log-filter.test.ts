import type { LogLine } from "@rookery/host/api";
import { expect, test } from "vitest";
import { filterLog } from "./log-filter.ts";

const at = "2026-11-21T00:00:00.000Z";
const lines: LogLine[] = [
  { id: 1, at, level: "debug", message: "polling" },
  { id: 2, at, level: "info", message: "Started" },
  { id: 3, at, level: "error", message: "fetch failed", stack: "at post (src/instagram.ts:12:3)" },
];

test("lines below the level are left out", () => {
  expect(filterLog(lines, "info", "").map((line) => line.message)).toEqual(["Started", "fetch failed"]);
});

test("words are found in any case, also in the stack", () => {
  expect(filterLog(lines, "debug", "STARTED")).toHaveLength(1);
  expect(filterLog(lines, "debug", "instagram.ts")).toHaveLength(1);
  expect(filterLog(lines, "debug", "nowhere")).toHaveLength(0);
});
