import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** One that goes on when the instance is removed. */
export default plugin({
  permissions: () => ({ programs: ["sleeper"] }),
  go: `bot.programs.run("sleeper", [], { timeoutMs: 600000 }).catch(() => {}); return "started";`,
  expect: ({ answer }) => expect(answer).toBe("got started"),
});
