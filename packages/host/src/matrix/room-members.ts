/** Who is in the rooms of an account: asked for once for each room, and kept as syncs change it. */
export interface RoomMembers {
  /** A sync brought it; `name` is `null` for members without one. */
  set(roomId: string, userId: string, isJoined: boolean, name: string | null): void;
  /** Names by user ID. Do not keep it over an `await`. */
  get(roomId: string): Promise<ReadonlyMap<string, string | null>>;
  /** The account left the room, or a sync left something out: the room is asked for anew. */
  forget(roomId: string): void;
}

type Names = Map<string, string | null>;

/** Of all rooms of an account; about 4 MB. A room with more members than this is asked for each time. */
const MAX_MEMBERS = 20_000;

/** @param ask gets all members of a room from the homeserver */
export function createRoomMembers(
  ask: (roomId: string) => Promise<Names>,
  maxMembers = MAX_MEMBERS,
): RoomMembers {
  const rooms = new Map<string, Names>();
  /** What syncs bring while the homeserver answers comes on top of its answer. */
  const asking = new Map<string, { answer: Promise<Names>; changes: [string, boolean, string | null][] }>();
  let size = 0;

  function apply(names: Names, userId: string, isJoined: boolean, name: string | null): void {
    if (isJoined) names.set(userId, name);
    else names.delete(userId);
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

  async function askNow(roomId: string): Promise<Names> {
    const changes: [string, boolean, string | null][] = [];
    const answer = ask(roomId).then((names) => {
      for (const change of changes) apply(names, ...change);
      return names;
    });
    const mine = { answer, changes };
    asking.set(roomId, mine);
    try {
      const names = await answer;
      if (asking.get(roomId) === mine) {
        rooms.set(roomId, names);
        size += names.size;
        makeRoom();
      }
      return names;
    } finally {
      if (asking.get(roomId) === mine) asking.delete(roomId);
    }
  }

  return {
    forget,
    set(roomId, userId, isJoined, name) {
      asking.get(roomId)?.changes.push([userId, isJoined, name]);
      const names = rooms.get(roomId);
      if (!names) return;
      size -= names.size;
      apply(names, userId, isJoined, name);
      size += names.size;
      makeRoom();
    },
    get: async (roomId) => rooms.get(roomId) ?? (await (asking.get(roomId)?.answer ?? askNow(roomId))),
  };
}
