import { expect, test } from "vitest";
import { limitLog } from "./limited-log.ts";

test("a flood of lines is cut, and the log says how many are missing", () => {
  let time = 0;
  const lines: string[] = [];
  const log = limitLog(
    1,
    ({ message }) => lines.push(message),
    () => time,
  );
  for (let n = 0; n < 1_000; n++) log({ level: "info", message: `line ${n}` });
  expect(lines.slice(0, 11)).toEqual([
    ...Array.from({ length: 10 }, (_, n) => `line ${n}`),
    "1 lines of this log were left out: it may have 1 a second.",
  ]);
  expect(lines).toHaveLength(11);

  time = 60_000;
  log({ level: "info", message: "calm again" });
  expect(lines.slice(11)).toEqual([
    "989 lines of this log were left out: it may have 1 a second.",
    "calm again",
  ]);
});
