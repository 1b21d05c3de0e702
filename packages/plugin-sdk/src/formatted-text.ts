import { escapeHtml } from "./html.ts";

/** Who is notified by a text. https://spec.matrix.org/latest/client-server-api/#user-and-room-mentions */
export interface Mentions {
  /** User IDs. */
  users?: readonly string[];
  /** Everybody in the room, if the bot has the power for it. */
  room?: boolean;
}

/** A text with its HTML, and whom it mentions. What the HTML shows to nobody is not mentioned by it. */
export interface FormattedText {
  readonly text: string;
  readonly html: string;
  readonly mentions?: Mentions;
}

/** What this SDK made itself, and is known to be safe HTML. */
const made = new WeakSet<object>();

/** @param text for clients without HTML; with it, what they show in lists and notifications */
export function formattedText(text: string, html: string, mentions?: Mentions): FormattedText {
  const formatted = Object.freeze({ text, html, ...(mentions ? { mentions: Object.freeze(mentions) } : {}) });
  made.add(formatted);
  return formatted;
}

/** Whether its HTML comes from this SDK, and not from who knows where. */
export function isFormattedText(value: unknown): value is FormattedText {
  return typeof value === "object" && value !== null && made.has(value);
}

/**
 * Names somebody, who is notified of it. Clients show it as a pill.
 *
 * @example
 * ```ts
 * import { definePlugin, markdown, mention, Type } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("poke", { description: "Poke somebody", args: { who: Type.String() } }, (ctx) =>
 *       ctx.send(markdown`${mention(ctx.args.who)}, ${mention(ctx.sender)} **pokes** you.`));
 *   },
 * });
 * ```
 *
 * @throws TypeError where it is no user ID, such as `@ada:example.org`, or `"@room"`
 */
export function mention(
  who: string | { readonly userId: string; readonly displayName?: string | null },
): FormattedText {
  if (who === "@room") return formattedText("@room", "@room", { room: true });
  const { userId, displayName } = typeof who === "string" ? { userId: who } : who;
  if (!/^@[^:\s]*:\S+$/.test(userId))
    throw new TypeError(`"${userId}" is not a user ID, such as @ada:example.org.`);
  const name = displayName || userId;
  return formattedText(name, `<a href="${matrixTo(userId)}">${escapeHtml(name)}</a>`, { users: [userId] });
}

/** A link to a user, a room or an alias. https://spec.matrix.org/latest/appendices/#matrixto-navigation */
function matrixTo(id: string): string {
  return `https://matrix.to/#/${encodeURIComponent(id).replaceAll("%40", "@").replaceAll("%3A", ":")}`;
}

/**
 * A text that is covered until somebody wants to see it.
 *
 * @param reason shown on the cover
 * @example
 * ```ts
 * import { definePlugin, markdown, spoiler } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("ending", "Tell the ending", (ctx) =>
 *       ctx.reply(markdown`It was ${spoiler("the butler", "the murderer")}.`));
 *   },
 * });
 * ```
 */
export function spoiler(content: string | FormattedText, reason?: string): FormattedText {
  const html = isFormattedText(content) ? content.html : escapeHtml(textOf(content));
  const why = reason === undefined ? "" : `="${escapeHtml(reason)}"`;
  const text = reason === undefined ? "[Spoiler]" : `[Spoiler: ${reason}]`;
  return formattedText(
    text,
    `<span data-mx-spoiler${why}>${html}</span>`,
    isFormattedText(content) ? content.mentions : undefined,
  );
}

const textOf = (content: string | FormattedText) => (typeof content === "string" ? content : content.text);
