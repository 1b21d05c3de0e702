import { isObject, type JsonObject, objectIn } from "../json.ts";

/** What a room's `m.room.power_levels` says, with the specification's defaults filled in. */
export interface PowerLevels {
  of(userId: string): number;
  /** The level needed to send an event of this type. */
  toSend(type: string, isState: boolean): number;
  /** The level needed for an action. */
  readonly ban: number;
  readonly kick: number;
  readonly invite: number;
  readonly redact: number;
}

/**
 * Reads power levels. Without an event the creator has 100 and everybody else 0, and state needs 0.
 * Source: client-server API, "m.room.power_levels".
 */
export function readPowerLevels(content: JsonObject | undefined, creator: string): PowerLevels {
  if (!content) {
    return {
      of: (userId) => (userId === creator ? 100 : 0),
      toSend: () => 0,
      ban: 50,
      kick: 50,
      invite: 0,
      redact: 50,
    };
  }
  const level = (parent: JsonObject, key: string, otherwise: number): number => {
    const value = parent[key];
    return Object.hasOwn(parent, key) && Number.isInteger(value) ? Number(value) : otherwise;
  };
  const users = objectIn(content, "users");
  const events = objectIn(content, "events");
  const usersDefault = level(content, "users_default", 0);
  const eventsDefault = level(content, "events_default", 0);
  const stateDefault = level(content, "state_default", 50);
  return {
    of: (userId) => level(users, userId, usersDefault),
    toSend: (type, isState) => level(events, type, isState ? stateDefault : eventsDefault),
    ban: level(content, "ban", 50),
    kick: level(content, "kick", 50),
    invite: level(content, "invite", 0),
    redact: level(content, "redact", 50),
  };
}

/** Every level named in a power levels event, as `[path, level]`, so that two of them can be compared. */
export function namedLevels(content: JsonObject): Map<string, number> {
  const levels = new Map<string, number>();
  for (const [key, value] of Object.entries(content)) {
    if (Number.isInteger(value)) levels.set(key, Number(value));
    if (!isObject(value) || !["users", "events", "notifications"].includes(key)) continue;
    for (const [name, level] of Object.entries(value)) {
      if (Number.isInteger(level)) levels.set(`${key}\n${name}`, Number(level));
    }
  }
  return levels;
}
