import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Keys that look like paths, patterns or another instance's name. */
export default plugin({
  setup: `if (bot.config.name === "sibling") await bot.store.set("secret", bot.config.secret);`,
  go: `
    const keys = ["secret", "../secret", "s-reads-a-siblings-store/secret", "%", "secret' OR 1=1 --", "__proto__", "constructor"];
    const found = [];
    for (const key of keys) found.push(await bot.store.get(key));
    found.push(...(await bot.store.list("")), ...(await bot.store.list("%")));
    return found.filter((each) => each !== undefined);`,
  check: `return (await bot.store.list("")).length;`,
  expect({ answer, checked }) {
    expect(answer).toBe("got []");
    expect(checked).toBe("got 1");
  },
});
