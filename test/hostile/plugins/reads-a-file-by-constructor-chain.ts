import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The constructor of any function makes functions, and those of another realm see another realm's globals. */
export default plugin({
  go: `
    const chains = [() => {}, function () {}, class {}, Array, bot.command, ctx.reply, setTimeout, URL, crypto.subtle.digest];
    for (const each of chains) {
      try {
        const make = each.constructor.constructor;
        return make("return process.getBuiltinModule('node:fs').readFileSync(arguments[0], 'utf8')")(WORLD.secretFile);
      } catch (error) { if (!/not a valid constructor|not defined/.test(error.message)) throw error; }
    }
    throw new Error("no chain leads out");`,
  expect: ({ answer }) => expect(answer).toBe("refused: no chain leads out"),
});
