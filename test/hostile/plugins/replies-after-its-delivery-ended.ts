import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Another event's, or one that is over, by a context that it kept. */
export default plugin({
  head: `let kept;`,
  setup: `bot.hears("mine", () => {});`,
  go: `kept = ctx; setTimeout(() => { kept.reply("too late").then(() => bot.log.error("sent"), (error) => bot.log.info("refused " + error.code)); }, 300); return "kept";`,
  async expect({ rookery, instance, answer }) {
    expect(answer).toBe("got kept");
    for (;;) {
      const lines = await rookery.api<{ message: string }[]>("GET", `/instances/${instance.id}/logs`);
      if (lines.length === 0) continue;
      expect(lines.map(({ message }) => message)).toEqual(["refused DELIVERY_ENDED"]);
      return;
    }
  },
});
