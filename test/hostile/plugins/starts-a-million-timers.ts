import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** And ten thousand that do not end. */
export default plugin({
  go: `
    let started = 0;
    try { for (let n = 0; n < 1e6; n++) { setTimeout(() => {}, 1e6); started++; } } catch (error) { return started + " " + error.name; }
    return started;`,
  expect: ({ answer }) => expect(answer).toBe("got 10000 RangeError"),
});
