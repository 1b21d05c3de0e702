import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Its account's login could; what it says in its own name is all that comes. */
export default plugin({
  go: `
    const ada = ctx.as("slack_trent");
    const ways = [() => ada.send("x"), () => ada.reply("x"), () => ada.react("x"), () => ada.sendEvent("m.room.message", { body: "x", msgtype: "m.text" }), () => ada.setProfile({ displayName: "x" }), () => ada.redact({ eventId: WORLD.adasEvent }), () => ctx.send.call({ as: "slack_trent" }, { text: "mine", html: "mine", as: "slack_trent", user_id: "@slack_trent:test" })];
    const results = [];
    for (const way of ways) results.push(await way().then(() => "done", (error) => error.code));
    return results.join();`,
  async expect({ answer, events, users }) {
    expect(answer).toBe(`got ${"PERMISSION_DENIED,".repeat(6)}done`);
    expect(new Set(events.map(({ sender }) => sender)).size).toBe(1);
    expect(await users.exist("slack_trent")).toBe(false);
  },
});
