import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** From a message's handler it names no room; a schedule may, but the account must be in it. */
export default plugin({
  head: `let tried = 0;`,
  setup: `bot.schedule("now", "* * * * * *", async (run) => { await run.sendTo(WORLD.otherRoom, "from a stranger").catch((error) => { if (!tried++) bot.log.info("refused " + error.code); }); });`,
  go: `
    const ways = [() => ctx.sendTo?.(WORLD.otherRoom, "x"), () => ctx.sendEvent.call({ roomId: WORLD.otherRoom }, "m.x", { roomId: WORLD.otherRoom }), () => { ctx.room.roomId = WORLD.otherRoom; return ctx.send("x"); }, () => ctx.sendFile({ id: "x" }, { roomId: WORLD.otherRoom }).catch(() => {})];
    for (const way of ways) await way();
    while (!tried) await new Promise((go) => setTimeout(go, 20));
    return "tried";`,
  async expect({ answer, world, rookery, logs }) {
    expect(answer).toBe("got tried");
    expect(logs.map(({ message }) => message)).toEqual(["refused M_FORBIDDEN"]);
    expect((await rookery.instance("hello")).status).toBe("running");
    expect(world.otherRoom).toMatch(/^!/);
  },
});
