import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** More than may be under way at once. */
export default plugin({
  go: `
    const calls = Array.from({ length: 50000 }, (_, n) => bot.store.get("key " + n).then(() => "answered", (error) => error.code));
    const results = await Promise.all(calls);
    return results.filter((each) => each === "TOO_MANY_CALLS").length > 0 ? "refused" : "answered";`,
  expect: ({ answer }) => expect(answer).toBe("got refused"),
});
