import type { LogLine } from "@rookery/host/api";
import { expect, test } from "vitest";
import { grown } from "./logs.ts";

const lines = (from: number, count: number): LogLine[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: from + index, at: "2026-01-01T00:00:00Z", level: "info", message: `line ${from + index}` },
  }));

test("a log grows by what is new, and is the same one where nothing is", () => {
  const log = grown(undefined, lines(1, 3));
  expect(grown(log, lines(2, 2))).toBe(log);
  expect(grown(log, lines(2, 4)).lines).toEqual(lines(1, 5));
});

test("what the host no longer keeps stays on the page, up to a limit", () => {
  const log = grown(grown(undefined, lines(1, 500)), lines(301, 500));
  expect(log.lines).toHaveLength(800);
  expect(log.gaps.size).toBe(0);
  expect(grown(log, lines(701, 200), 600).lines).toEqual(lines(301, 600));
});

test("where more came at once than the host keeps, lines are missing, and that is known", () => {
  const log = grown(grown(undefined, lines(1, 500)), lines(900, 500));
  expect([...log.gaps]).toEqual([900]);
  // After a restart of the host there are few, and nothing was lost.
  expect(grown(grown(undefined, lines(1, 500)), lines(900, 5)).gaps.size).toBe(0);
});

test("a log that the host has nothing of any more is empty", () => {
  expect(grown(grown(undefined, lines(1, 5)), []).lines).toEqual([]);
});
