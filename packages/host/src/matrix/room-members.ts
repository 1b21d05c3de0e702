/**
 * Who is in the rooms of an account, with one thing known of each, such as their name: asked for once for each room, and
 * kept as syncs change it.
 */
export interface RoomMembers<Known = string | null> {
  /** A sync brought it. */
  set(roomId: string, userId: string, isThere: boolean, known: Known): void;
  /** What is known of them, by user ID. Do not keep it over an `await`. */
  get(roomId: string): Promise<ReadonlyMap<string, Known>>;
  /** The account left the room, or a sync left something out: the room is asked for anew. */
  forget(roomId: string): void;
}

/** Of all rooms of an account; about 4 MB. A room with more members than this is asked for each time. */
const MAX_MEMBERS = 20_000;

/** @param ask gets all members of a room from the homeserver */
export function createRoomMembers<Known = string | null>(
  ask: (roomId: string) => Promise<Map<string, Known>>,
  maxMembers = MAX_MEMBERS,
): RoomMembers<Known> {
  type Members = Map<string, Known>;
  const rooms = new Map<string, Members>();
  /** What syncs bring while the homeserver answers comes on top of its answer. */
  const asking = new Map<string, { answer: Promise<Members>; changes: [string, boolean, Known][] }>();
  let size = 0;

  function apply(members: Members, userId: string, isThere: boolean, known: Known): void {
    if (isThere) members.set(userId, known);
    else members.delete(userId);
  }

  function forget(roomId: string): void {
    size -= rooms.get(roomId)?.size ?? 0;
    rooms.delete(roomId);
    asking.delete(roomId);
  }

  function makeRoom(): void {
    for (const oldest of rooms.keys()) {
      if (size <= maxMembers) break;
      forget(oldest);
    }
  }

  async function askNow(roomId: string): Promise<Members> {
    const changes: [string, boolean, Known][] = [];
    const answer = ask(roomId).then((members) => {
      for (const change of changes) apply(members, ...change);
      return members;
    });
    const mine = { answer, changes };
    asking.set(roomId, mine);
    try {
      const members = await answer;
      if (asking.get(roomId) === mine) {
        rooms.set(roomId, members);
        size += members.size;
        makeRoom();
      }
      return members;
    } finally {
      if (asking.get(roomId) === mine) asking.delete(roomId);
    }
  }

  return {
    forget,
    set(roomId, userId, isThere, known) {
      asking.get(roomId)?.changes.push([userId, isThere, known]);
      const members = rooms.get(roomId);
      if (!members) return;
      size -= members.size;
      apply(members, userId, isThere, known);
      size += members.size;
      makeRoom();
    },
    get: async (roomId) => rooms.get(roomId) ?? (await (asking.get(roomId)?.answer ?? askNow(roomId))),
  };
}
