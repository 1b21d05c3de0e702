import type { SenderPower } from "../rooms.ts";
import type { JsonObject } from "./json.ts";

/** A state event, as far as power hangs on it. */
interface State {
  content: JsonObject;
  /** Who set it, where that is known. */
  sender: string | null;
}

/** What Matrix allows at most; the creators of newer rooms stand above all levels. */
const ABOVE_ALL = Number.MAX_SAFE_INTEGER;
/** Before version 12 a creator is a user like others, whom the levels name. */
const CREATORS_NAMED = /^(?:[1-9]|10|11)$/;

/**
 * What somebody may do in a room. https://spec.matrix.org/latest/client-server-api/#mroompower_levels;
 * a level that is none counts as its default, as it does for a homeserver.
 */
export function powerOf(userId: string, levels: State | null, create: State | null): SenderPower {
  const powerLevel = levelOf(userId, levels?.content, create);
  const needs = (value: unknown, byDefault: number) => powerLevel >= level(value, byDefault);
  const content: JsonObject = levels?.content ?? {};
  return {
    powerLevel,
    may: {
      invite: needs(content.invite, 0),
      kick: needs(content.kick, 50),
      ban: needs(content.ban, 50),
      redact: needs(content.redact, 50),
      setState: needs(content.state_default, levels ? 50 : 0),
      notifyRoom: needs(objectOf(content.notifications).room, 50),
    },
  };
}

function levelOf(userId: string, levels: JsonObject | undefined, create: State | null): number {
  const { room_version: version = "1", additional_creators: others, creator } = create?.content ?? {};
  const isCreator = userId === create?.sender || userId === creator;
  if (create && !CREATORS_NAMED.test(String(version))) {
    if (isCreator || (Array.isArray(others) && others.includes(userId))) return ABOVE_ALL;
  }
  if (!levels) return isCreator ? 100 : 0;
  const users = objectOf(levels.users);
  const own = Object.hasOwn(users, userId) ? users[userId] : undefined;
  return level(own, level(levels.users_default, 0));
}

/** Old rooms have levels as texts, too. */
function level(value: unknown, byDefault: number): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : byDefault;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
