import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createHostLog } from "./host-log.ts";
import { createTerminal } from "./terminal.ts";

/** What an author reads of these lines of the host's log. */
function shown(...lines: (object | "begin")[]): string {
  let text = "";
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const log = createHostLog(createTerminal(out, () => new Date(2026, 0, 1, 12, 30, 5)));
  for (const line of lines) line === "begin" ? log.begin() : log.write(JSON.stringify(line));
  return text;
}

it("the bot's own lines are shown with the place in its sources, those of the host only where they tell of an error", () => {
  const stack = "Error: No dice.\n    at roll (src/index.ts:12:9)";
  expect(
    shown(
      { level: 20, instance: "dice", msg: "Rolling." },
      { level: 50, instance: "dice", msg: "The handler of $1 failed (ERROR): No dice.", stack },
      { level: 40, plugin: "org.example.dice", msg: "----- Native stack trace -----" },
      { level: 40, msg: "There is no sandbox for programs." },
      { level: 50, msg: "A host method failed.", err: { message: "EIO" } },
    ),
  ).toBe(
    [
      "12:30:05 debug Rolling.",
      "12:30:05 error The handler of $1 failed (ERROR): No dice.",
      "    at roll (src/index.ts:12:9)",
      "12:30:05 error A host method failed. EIO",
      "",
    ].join("\n"),
  );
});

it("a start that fails again and again is told once for each save", () => {
  const failed = { level: 50, instance: "dice", msg: "It did not start: No dice." };
  const back = { level: 40, instance: "dice", msg: "Version 0.1.0 was rolled back to 0.1.0: No dice." };
  const line = "12:30:05 error It did not start: No dice.\n";
  expect(shown(failed, back, failed, failed)).toBe(line);
  expect(shown(failed, "begin", failed)).toBe(line + line);
});

it("nothing that a bot logs can rewrite the terminal", () => {
  expect(shown({ level: 30, instance: "dice", msg: "\u001b[2J" })).toBe("12:30:05 info  \\u001b[2J\n");
});
