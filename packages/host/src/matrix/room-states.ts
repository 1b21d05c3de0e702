import type { JsonObject } from "@rookery/plugin-sdk/protocol";

/** A state event of a room, as far as it is known. */
export interface KnownState {
  content: JsonObject;
  /** Who set it; `null` where the homeserver did not say. */
  sender: string | null;
  /** Likewise. */
  eventId: string | null;
}

/** Settings of an account's rooms: asked for once, and kept as syncs change them. */
export interface RoomStates {
  /** A sync brought it. What nobody asked for is not kept. */
  set(roomId: string, type: string, state: KnownState): void;
  /** At once where it is known; `null` where the room has none. Rejects as the homeserver refuses. */
  get(roomId: string, type: string): KnownState | null | Promise<KnownState | null>;
  /** An event of the room was redacted: a setting that it was, or may have been, is asked for anew. */
  redacted(roomId: string, eventId: string): void;
  /** The account left the room. */
  forget(roomId: string): void;
}

/** The types that are kept, all with an empty state key. A sync asks for them by name. */
export const KEPT_STATE: readonly string[] = [
  "m.room.create",
  "m.room.name",
  "m.room.topic",
  "m.room.canonical_alias",
  "m.room.encryption",
  "m.room.history_visibility",
  "m.room.power_levels",
];

/** What all rooms of an account may take, in characters of JSON: some 4 MB. */
const MAX_CHARACTERS = 4_000_000;
const ENTRY_CHARACTERS = 100;

type Entry = { state: KnownState | null | Promise<KnownState | null>; size: number };

/**
 * @param ask gets a setting from the homeserver; `null` where the room has none
 * @param maxCharacters what is asked for longest ago goes when there is more
 */
export function createRoomStates(
  ask: (roomId: string, type: string) => Promise<KnownState | null>,
  maxCharacters = MAX_CHARACTERS,
): RoomStates {
  const known = new Map<string, Map<string, Entry>>();
  let size = 0;

  function put(roomId: string, type: string, state: Entry["state"]): void {
    drop(roomId, type);
    const entry = { state, size: state instanceof Promise ? ENTRY_CHARACTERS : sizeOf(state) };
    const room = known.get(roomId) ?? new Map<string, Entry>();
    known.set(roomId, room.set(type, entry));
    size += entry.size;
    for (const oldest of known.keys()) {
      if (size <= maxCharacters) break;
      forget(oldest);
    }
  }

  function drop(roomId: string, type: string): void {
    const room = known.get(roomId);
    const entry = room?.get(type);
    if (!room || !entry) return;
    size -= entry.size;
    room.delete(type);
    if (room.size === 0) known.delete(roomId);
  }

  function forget(roomId: string): void {
    for (const type of [...(known.get(roomId)?.keys() ?? [])]) drop(roomId, type);
  }

  return {
    forget,
    redacted(roomId, eventId) {
      for (const [type, { state }] of [...(known.get(roomId) ?? [])]) {
        // What is being asked for may be answered as it was before.
        if (state === null) continue;
        const of = state instanceof Promise ? null : state.eventId;
        if (of === null || of === eventId) drop(roomId, type);
      }
    },
    set(roomId, type, state) {
      if (known.get(roomId)?.has(type)) put(roomId, type, state);
    },
    get(roomId, type) {
      const found = known.get(roomId)?.get(type);
      if (found) return found.state;
      const asked = ask(roomId, type);
      const isNewest = () => known.get(roomId)?.get(type)?.state === asked;
      put(roomId, type, asked);
      // Who asked meets its failure; here it only must not be kept.
      asked.then(
        (state) => {
          if (isNewest()) put(roomId, type, state);
        },
        () => {
          if (isNewest()) drop(roomId, type);
        },
      );
      return asked;
    },
  };
}

const sizeOf = (state: KnownState | null) => ENTRY_CHARACTERS + (state ? JSON.stringify(state).length : 0);
