import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By what it kept, and by a delivery's number that it made up. */
export default plugin({
  permissions: () => ({ impersonate: ["slack_*"] }),
  go: `const mallory = ctx.as("slack_mallory"); setTimeout(() => { Promise.allSettled([mallory.send("too late"), mallory.setProfile({ displayName: "too late" }), ctx.as("slack_mallory").reply("too late")]).then((all) => bot.log.info(all.map(({ reason }) => reason?.code ?? "sent").join())); }, 300); return "kept";`,
  async expect({ rookery, instance, answer, users }) {
    expect(answer).toBe("got kept");
    for (;;) {
      const lines = await rookery.api<{ message: string }[]>("GET", `/instances/${instance.id}/logs`);
      if (lines.length === 0) continue;
      expect(lines.map(({ message }) => message)).toEqual(["DELIVERY_ENDED,DELIVERY_ENDED,DELIVERY_ENDED"]);
      expect(await users.exist("slack_mallory")).toBe(false);
      return;
    }
  },
});
