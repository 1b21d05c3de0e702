/** Display names of room members, for one account: from what syncs bring, asked for where unknown. */
export interface MemberNames {
  set(roomId: string, userId: string, name: string | null): void;
  /** The name at once where it is known; `null` for members without one. */
  get(roomId: string, userId: string): string | null | Promise<string | null>;
}

const MAX_KNOWN = 20_000;

/** @param ask gets a member's name from the homeserver; its failure means no name */
export function createMemberNames(
  ask: (roomId: string, userId: string) => Promise<string | null>,
): MemberNames {
  const known = new Map<string, string | null | Promise<string | null>>();

  function set(roomId: string, userId: string, name: string | null | Promise<string | null>): void {
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value ?? "");
    known.set(`${roomId} ${userId}`, name);
  }

  return {
    set,
    get(roomId, userId) {
      const found = known.get(`${roomId} ${userId}`);
      if (found !== undefined) return found;
      const asked = ask(roomId, userId).then(
        (name) => {
          if (known.get(`${roomId} ${userId}`) === asked) set(roomId, userId, name);
          return name;
        },
        () => {
          if (known.get(`${roomId} ${userId}`) === asked) known.delete(`${roomId} ${userId}`);
          return null;
        },
      );
      set(roomId, userId, asked);
      return asked;
    },
  };
}
