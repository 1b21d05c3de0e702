import { type Bot, Type } from "@rookery/plugin-sdk";
import type { Site } from "./site.ts";
import type { RoomMode, Wishes } from "./wishes.ts";

const DONE = "👍";

/** How people say what they want: a room's moderators for the room, everybody for themselves. */
export function addCommands(
  bot: Pick<Bot<unknown>, "command">,
  { links, command }: Site,
  wishes: Wishes,
): void {
  const modes: [RoomMode, string][] = [
    ["on", `Show what ${links} lead to`],
    ["quiet", "Show it, and say nothing beside it"],
    ["off", `Leave ${links} alone in this room`],
  ];
  for (const [mode, description] of modes) {
    bot.command(`${command} ${mode}`, { description, allow: "moderator" }, (ctx) => {
      wishes.setMode(ctx.room.roomId, mode);
      return ctx.react(DONE);
    });
  }

  const captions = Type.Enum(["off", "compact", "full"]);
  bot.command(
    `${command} captions`,
    { description: "What stands under a post's first picture", args: { captions }, allow: "moderator" },
    (ctx) => {
      wishes.setCaptions(ctx.room.roomId, ctx.args.captions);
      return ctx.react(DONE);
    },
  );

  bot.command(
    `${command} me`,
    { description: "Whether your own links are answered, in all rooms", args: { answered: Type.Boolean() } },
    (ctx) => {
      wishes.leaveAlone(ctx.sender.userId, !ctx.args.answered);
      return ctx.react(DONE);
    },
  );

  bot.command(command, `How ${links} are shown here`, (ctx) => {
    const { mode, captions } = wishes.of(ctx.room.roomId);
    const you = wishes.isLeftAlone(ctx.sender.userId) ? " Your own are left alone." : "";
    const shown = { on: "shown", quiet: "shown quietly", off: "left alone" }[mode];
    return ctx.reply(
      `${links[0]?.toUpperCase()}${links.slice(1)} are ${shown} here, with captions ${captions}.${you}`,
    );
  });
}
