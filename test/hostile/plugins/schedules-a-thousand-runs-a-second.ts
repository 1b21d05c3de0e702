import { plugin } from "../attempt.ts";

export default plugin({
  setup: `for (let n = 0; n < 1000; n++) bot.schedule("s" + n, "* * * * * *", () => {});`,
  doesNotStart: /up to 100 schedules/,
});
