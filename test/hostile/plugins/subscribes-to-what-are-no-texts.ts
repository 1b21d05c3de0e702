import { plugin } from "../attempt.ts";

/** Numbers, objects and huge names for event types. */
export default plugin({
  setup: `bot.on({ toString: () => "m.room.message" }, () => {}); bot.on(5, () => {}); bot.on("", () => {});`,
  doesNotStart: /event's type is a text/,
});
