import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The type stands in the address of the request. */
export default plugin({
  go: `
    const types = ["../../state/m.room.name", "..", ".", "x/../../../invite", "%2e%2e/%2e%2e/leave", "m.x?user_id=@ada:test", "m.x#", "..%2f..%2fleave", String.fromCharCode(92) + ".."];
    const results = [];
    for (const type of types) results.push(await ctx.sendEvent(type, { name: "taken over", user_id: "@ada:test" }).then(() => "sent", (error) => error.code));
    return results.length;`,
  expect({ answer, events, instance }) {
    expect(answer).toBe("got 9");
    expect(events.filter((event) => "state_key" in event)).toEqual([]);
    expect(instance.status).toBe("running");
  },
});
