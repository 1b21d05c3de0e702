import { definePlugin } from "@rookery/plugin-sdk";

const MAX_FACTORIALS = 10;
const MAX_NUMBER = 100_000;
const EXACT_DIGITS = 50;

/** `5!` is 5·4·3·2·1, `5!!` is 5·3·1. */
function factorial(n: number, step: number): string {
  if (n > MAX_NUMBER) return "is over 9000";
  let exact = 1n;
  let digits = 0;
  for (let factor = n; factor > 0; factor -= step) {
    digits += Math.log10(factor);
    if (digits < EXACT_DIGITS) exact *= BigInt(factor);
  }
  if (digits < EXACT_DIGITS) return `= ${exact}`;
  return `≈ ${(10 ** (digits % 1)).toFixed(5)} × 10^${Math.floor(digits)}`;
}

export default definePlugin({
  setup(bot) {
    bot.hears(/\d+!/, async (ctx) => {
      await ctx.markRead();
      const found = [...ctx.text.matchAll(/(\d+)(!+)/g)];
      const lines = found
        .slice(0, MAX_FACTORIALS)
        .map(([said, n, marks = ""]) => `${said} ${factorial(Number(n), marks.length)}`);
      return ctx.reply([...lines, ...(found.length > MAX_FACTORIALS ? ["…"] : [])].join("\n"));
    });
  },
});
