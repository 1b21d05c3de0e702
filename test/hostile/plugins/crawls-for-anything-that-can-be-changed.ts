import { expect } from "vitest";
import { CRAWL } from "../../../packages/host/src/testing/crawl.ts";
import { plugin } from "../attempt.ts";

/** From everything that it has, along every property, getter and prototype. */
export default plugin({
  head: CRAWL,
  setup: `const found = await crawl({ bot, require, globalThis }, bot.config.name);`,
  go: `return "crawled";`,
  check: `return (await crawl({ bot, require, globalThis, ctx }, "check")).filter((path) => path.endsWith(" attacker"));`,
  expect: ({ checked }) => expect(checked).toBe("got []"),
});
