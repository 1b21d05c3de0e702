import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** With as many values as fit. */
export default plugin({
  go: `
    const value = "x".repeat(60000);
    for (let n = 0; n < 1000; n++) await bot.store.set("key " + n, value);
    return (await bot.store.list("", { limit: 1000 }).catch((error) => error.code)).length;`,
  expect: ({ answer }) => expect(answer).toMatch(/^refused: The instance's store is full/),
});
