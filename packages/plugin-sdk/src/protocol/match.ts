import { type Calling, createCaller } from "./calling.ts";
import type { Subscriptions } from "./delivery.ts";
import { FOLLOW_UPS, readFollowUp } from "./follow-up.ts";

/** The part of an event that matching looks at. */
export interface MatchableEvent {
  type: string;
  content: unknown;
}

/**
 * The text of a message that a bot may react to: `m.text` and `m.emote`, not notices
 * (other bots' words, https://spec.matrix.org/latest/client-server-api/#mnotice), and not edits,
 * which would be answered twice. `null` for everything else.
 */
export function messageText(event: MatchableEvent): string | null {
  if (event.type !== "m.room.message") return null;
  const content = event.content as {
    msgtype?: unknown;
    body?: unknown;
    "m.relates_to"?: { rel_type?: unknown } | null;
  } | null;
  if (content === null || typeof content !== "object" || typeof content.body !== "string") return null;
  if (content.msgtype !== "m.text" && content.msgtype !== "m.emote") return null;
  if (content["m.relates_to"]?.rel_type === "m.replace") return null;
  return content.body.startsWith("> ") ? withoutQuote(content.body) : content.body;
}

/**
 * Older clients put the quoted message in front of a reply: lines of `> ` and an empty one
 * (https://spec.matrix.org/v1.12/client-server-api/#fallbacks-for-rich-replies). A quote that
 * somebody typed there is left out, too: it is likewise not what they say.
 */
function withoutQuote(body: string): string {
  const lines = body.split("\n");
  const first = lines.findIndex((line) => !line.startsWith("> "));
  return first > 0 && lines[first] === "" ? lines.slice(first + 1).join("\n") : body;
}

/** `!Hello there` with the prefix `!` → `hello`; `null` where the text is no command. */
export function commandName(text: string, prefix: string): string | null {
  if (!text.startsWith(prefix)) return null;
  const end = text.slice(prefix.length).search(/\s/);
  const name = end === -1 ? text.slice(prefix.length) : text.slice(prefix.length, prefix.length + end);
  return name === "" ? null : name.toLowerCase();
}

/**
 * Makes the question "does this instance want this event?" for many events. What it says yes to is
 * a superset of what a handler runs for: regular expressions run in the worker only.
 *
 * @param calling how its account's bots are called; by the prefix of the subscriptions alone unless told
 */
export function createMatcher(
  subscriptions: Subscriptions,
  calling: Calling = { prefix: subscriptions.prefix, roomPrefixes: {}, names: [] },
): (event: MatchableEvent, roomId?: string) => boolean {
  const types = new Set(subscriptions.types);
  const commands = new Set(subscriptions.commands.map((command) => command.name));
  const { texts, everyText } = subscriptions;
  const called = createCaller(calling);
  const followsUp = FOLLOW_UPS.some((kind) => types.has(kind));
  const readsText = commands.size > 0 || texts.length > 0 || everyText;
  return (event, roomId = "") => {
    if (types.has(event.type)) return true;
    if (followsUp && types.has(readFollowUp(event)?.kind ?? "")) return true;
    if (!readsText) return false;
    const text = messageText(event);
    if (text === null) return false;
    const rest = called(text, roomId);
    const name = rest === null ? null : commandName(rest, "");
    if (name !== null && commands.has(name)) return true;
    if (everyText) return true;
    if (texts.length === 0) return false;
    const lower = text.toLowerCase();
    return texts.some((part) => lower.includes(part));
  };
}
