import { expect, test } from "vitest";
import { createInstanceLogs } from "./instance-log.ts";

test("each instance has its own lines, the newest last, and the host's log sees them all", () => {
  const seen: string[] = [];
  const logs = createInstanceLogs((id, { message }) => void seen.push(`${id}: ${message}`));
  logs.add("one", { level: "info", message: "a" });
  logs.add("two", { level: "warn", message: "b" });
  logs.add("one", { level: "error", message: "c", stack: "at plugin.ts:1" });
  expect(logs.lines("one")).toEqual([
    { id: expect.any(Number), at: expect.any(Number), level: "info", message: "a" },
    { id: expect.any(Number), at: expect.any(Number), level: "error", message: "c", stack: "at plugin.ts:1" },
  ]);
  expect(seen).toEqual(["one: a", "two: b", "one: c"]);
  logs.remove("one");
  expect(logs.lines("one")).toEqual([]);
});

test("a plugin that writes much and long is kept within bounds", () => {
  const logs = createInstanceLogs(() => undefined);
  for (let i = 0; i < 600; i++) logs.add("one", { level: "info", message: `${i} ${"x".repeat(10_000)}` });
  const lines = logs.lines("one");
  expect(lines).toHaveLength(500);
  expect(lines.at(-1)?.message.startsWith("599 ")).toBe(true);
  expect(lines[0]?.message).toHaveLength(8_000);
});
