import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** What cannot be aborted must end all the same, with its timers. */
export default plugin({
  setup: `harden(bot.signal); let ticks = 0; setInterval(() => bot.log.info("tick " + ++ticks), 20);`,
  go: `return "frozen";`,
  async expect({ answer, rookery, instance }) {
    expect(answer).toBe("got frozen");
    const { id } = instance;
    const lines = () => rookery.api<{ message: string }[]>("GET", `/instances/${id}/logs`);
    await rookery.api("POST", `/instances/${id}/restart`);
    const from = (await lines()).length;
    await rookery.until(id, ({ status }) => status === "running");
    let after: { message: string }[] = [];
    while (after.length < 10) after = (await lines()).slice(from);
    // The new one counts from 1; an old one that went on would count on.
    expect(after.map(({ message }) => Number(message.replace("tick ", "")))).toEqual(
      after.map((_, index) => index + Number(after[0]?.message.replace("tick ", ""))),
    );
  },
});
