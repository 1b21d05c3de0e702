import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Node throws it where nobody catches. */
export default plugin({
  setup: `bot.signal.addEventListener("abort", () => { throw new Error("at the end"); });`,
  go: `return "well";`,
  check: `return "well";`,
  async expect({ rookery, instance, answer }) {
    expect(answer).toBe("got well");
    await rookery.api("POST", `/instances/${instance.id}/stop`);
    await rookery.until(instance.id, ({ status }) => status === "stopped");
  },
});
