import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** What looks like a promise is awaited somewhere. */
export default plugin({
  go: `
    const evil = { then(resolve, reject) { reject(new Error("then was called")); } };
    const results = [];
    for (const work of [() => ctx.reply(evil), () => ctx.sendEvent("m.x", { evil }), () => bot.store.set("a", evil), () => bot.store.set(evil, 1), () => ctx.progress(() => evil)])
      await Promise.resolve().then(work).then(() => results.push("done"), (error) => results.push("failed"));
    return results.length;`,
  check: `return { then(resolve) { resolve("as a promise would"); } };`,
  expect({ answer, checked }) {
    expect(answer).toBe("got 5");
    expect(checked).toBe("got as a promise would");
  },
});
