import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Who is in the room is its state, not a message of it. */
export default plugin({
  go: `
    for (const type of ["m.room.member", "m.room.power_levels", "m.room.name", "m.room.tombstone"])
      await ctx.sendEvent(type, { membership: "ban", users: {}, name: "taken over", state_key: "@ada:test" }).catch(() => {});
    return "sent";`,
  async expect({ rookery, events, instance }) {
    expect(events.filter((event) => "state_key" in event)).toEqual([]);
    expect((await rookery.instance(instance.id)).status).toBe("running");
  },
});
