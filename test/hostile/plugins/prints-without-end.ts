import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Into the host's memory. */
export default plugin({
  permissions: () => ({ programs: ["flood"] }),
  go: `const { truncated, stdout } = await bot.programs.run("flood", [], { maxOutputBytes: 100000 }); return [truncated, stdout.length];`,
  expect: ({ answer }) => expect(answer).toBe("got [true,100000]"),
});
