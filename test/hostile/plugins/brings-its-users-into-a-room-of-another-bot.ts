import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** From a message's handler it names no room; a schedule may, but the account is not in it, and invites nobody. */
export default plugin({
  permissions: () => ({ impersonate: ["slack_*"] }),
  head: `let tried = "";`,
  setup: `bot.schedule("now", "* * * * * *", async (run) => { if (!tried) tried = await run.as("slack_eve").sendTo(WORLD.otherRoom, "x").then(() => "sent", (error) => error.code); });`,
  go: `
    const eve = ctx.as("slack_eve");
    const ways = [() => eve.sendTo?.(WORLD.otherRoom, "x") ?? "no way", () => eve.sendEvent.call({ roomId: WORLD.otherRoom }, "org.example.x", { roomId: WORLD.otherRoom, room_id: WORLD.otherRoom })];
    for (const way of ways) await way();
    while (!tried) await new Promise((go) => setTimeout(go, 20));
    return tried;`,
  async expect({ answer, events, users }) {
    expect(answer).toBe("got HOMESERVER_REFUSED");
    expect(events.filter(({ type }) => type === "org.example.x").map(({ sender }) => sender)).toEqual([
      "@slack_eve:test",
    ]);
    expect(await users.inOtherRoom()).not.toContain("@slack_eve:test");
  },
});
