import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** More than may be under way at once: they wait in its own worker. */
export default plugin({
  go: `
    const calls = Array.from({ length: 50000 }, (_, n) => bot.store.get("key " + n));
    return new Set(await Promise.all(calls)).size === 1 ? "answered" : "mixed";`,
  expect: ({ answer }) => expect(answer).toBe("got answered"),
});
