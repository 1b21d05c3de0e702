import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A program that starts another, and ends. */
export default plugin({
  permissions: () => ({ programs: ["nursery", "sleeper"] }),
  go: `
    const { stdout } = await bot.programs.run("nursery", []);
    const { timedOut } = await bot.programs.run("sleeper", [], { timeoutMs: 300 });
    return [stdout.trim(), timedOut];`,
  expect: ({ answer }) => expect(answer).toBe('got ["started",true]'),
});
