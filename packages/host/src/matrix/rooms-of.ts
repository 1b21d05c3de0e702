import type { HostMatrixClient } from "./client.ts";

/** A room that an account is in. */
export interface JoinedRoom {
  roomId: string;
  /** Its name or alias, or who else is in it; `null` where it has none and nobody else is. */
  name: string | null;
  members: number | null;
  encrypted: boolean;
}

/** An invitation that nobody answered yet. */
export interface Invitation {
  roomId: string;
  name: string | null;
  /** Who invites; `null` where the homeserver does not say. */
  inviter: string | null;
  encrypted: boolean;
}

interface State {
  type?: unknown;
  state_key?: unknown;
  sender?: unknown;
  content?: Record<string, unknown> | null;
}

const NAMING = ["m.room.name", "m.room.canonical_alias", "m.room.encryption"];
const nothing = { types: [] };
/** Lazy loading makes homeservers count the members, and name those after whom a nameless room is called. */
const FILTER = {
  account_data: nothing,
  room: {
    timeline: { limit: 1, types: [] },
    state: { types: NAMING, lazy_load_members: true },
    ephemeral: nothing,
    account_data: nothing,
  },
};
const TIMEOUT_MS = 60_000;

/**
 * The rooms of an account and its pending invitations, as the homeserver has them now: one request, however
 * many there are.
 */
export async function readRooms(
  client: HostMatrixClient,
  userId: string,
): Promise<{ joined: JoinedRoom[]; invited: Invitation[] }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  // Synapse answers the same first sync from a cache for two minutes; a limit of nothing makes it another one.
  const filter = JSON.stringify({ ...FILTER, presence: { types: [], limit: Date.now() } });
  const answer = await client.sync({ since: null, filter, timeoutMs: 0, signal });
  const { join = {}, invite = {} } = ((answer as { rooms?: unknown }).rooms ?? {}) as Rooms;
  const joined = Object.entries(join).map(([roomId, room]): JoinedRoom => {
    const state = statesIn(room?.state?.events);
    const { "m.joined_member_count": count, "m.heroes": heroes } = room?.summary ?? {};
    const others = Array.isArray(heroes) ? heroes.filter((hero) => typeof hero === "string") : [];
    const name = nameIn(state) ?? (others.length > 0 ? others.join(", ") : null);
    const members = typeof count === "number" ? count : null;
    return { roomId, name, members, encrypted: isEncrypted(state) };
  });
  const invited = Object.entries(invite).map(([roomId, room]): Invitation => {
    const state = statesIn(room?.invite_state?.events);
    const own = state.find(({ type, state_key }) => type === "m.room.member" && state_key === userId);
    const inviter = typeof own?.sender === "string" ? own.sender : null;
    return { roomId, name: nameIn(state), inviter, encrypted: isEncrypted(state) };
  });
  return { joined, invited };
}

interface Rooms {
  join?: Record<string, { state?: { events?: unknown }; summary?: Record<string, unknown> } | null>;
  invite?: Record<string, { invite_state?: { events?: unknown } } | null>;
}

function statesIn(events: unknown): State[] {
  return Array.isArray(events) ? events.filter((event) => typeof event === "object" && event !== null) : [];
}

function nameIn(state: State[]): string | null {
  const content = (wanted: string) => state.find(({ type }) => type === wanted)?.content ?? {};
  const names = [content("m.room.name").name, content("m.room.canonical_alias").alias];
  return names.find((name): name is string => typeof name === "string" && name !== "") ?? null;
}

const isEncrypted = (state: State[]) => state.some(({ type }) => type === "m.room.encryption");
