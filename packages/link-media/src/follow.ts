import type { Bot, Context } from "@rookery/plugin-sdk";
import type { Answer, Answers } from "./answers.ts";

const CROSSES = new Set(["❌", "✖", "❎", "🗑"]);
/** Clients put it behind a symbol to have it in colour. */
const VARIATION = "\u{FE0F}";

/** Takes back what the bot said: where the message that it answers is gone, or its poster does not want it. */
export function followAnswers(bot: Pick<Bot<unknown>, "on">, answers: Answers): void {
  bot.on("redaction", async (ctx) => {
    const { roomId } = ctx.room;
    await takeBack(ctx, answers, answers.of(roomId, ctx.target.eventId));
    // Somebody with the power removed the bot's own words.
    answers.remove(ctx.target.eventId);
  });

  bot.on("reaction", async (ctx) => {
    const relation = ctx.event.content["m.relates_to"] as { key?: unknown } | undefined;
    if (typeof relation?.key !== "string" || !CROSSES.has(relation.key.replaceAll(VARIATION, ""))) return;
    const { roomId } = ctx.room;
    const { eventId } = ctx.target;
    const said = answers.get(roomId, eventId);
    const all = answers.of(roomId, said?.source ?? eventId);
    const of = said ? all.filter(({ link }) => link === said.link) : all;
    await takeBack(
      ctx,
      answers,
      of.filter(({ poster }) => poster === ctx.sender.userId),
    );
  });
}

/** Removes what the bot said, the last first. */
export async function takeBack(ctx: Context, answers: Answers, said: readonly Answer[]): Promise<void> {
  for (const { eventId } of said.toReversed()) {
    await ctx.redact({ eventId });
    answers.remove(eventId);
  }
}
