import type { LogLine } from "@rookery/host/api";
import { expect, test } from "vitest";
import { logText } from "./log-text.ts";

test("each line of the file begins with its time and level, what belongs to it is indented", () => {
  const at = "2026-01-01T12:00:00.000Z";
  const lines: LogLine[] = [
    { id: 1, at, level: "info", message: "Started" },
    { id: 2, at, level: "error", message: "fetch failed\nagain", stack: "at post (src/a.ts:1:2)\nat run\n" },
  ];
  expect(logText(lines)).toBe(
    `${at} info  Started\n${at} error fetch failed\n    again\n    at post (src/a.ts:1:2)\n    at run\n`,
  );
});
