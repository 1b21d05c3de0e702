import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A thousand promises at once. */
export default plugin({
  go: `for (let n = 0; n < 1000; n++) Promise.reject(new Error("lost " + n)); await new Promise((go) => setTimeout(go, 50)); return "lost";`,
  expect: ({ answer }) => expect(answer).toBe("got lost"),
});
