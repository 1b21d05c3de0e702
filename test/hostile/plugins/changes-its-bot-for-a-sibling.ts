import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** What looks the same is another's own. */
export default plugin({
  setup: `if (bot.config.name === "attacker") for (const part of [bot, bot.log, bot.store, bot.files, bot.programs, bot.database]) for (const key of Object.keys(part)) if (key !== "command" && key !== "config") try { part[key] = () => "changed"; } catch {}`,
  go: `return "tried";`,
  check: `bot.log.info("well"); return [typeof (await bot.store.get("x")), bot.userId.startsWith("@sibling:")].join();`,
  expect: ({ checked }) => expect(checked).toBe("got undefined,true"),
});
