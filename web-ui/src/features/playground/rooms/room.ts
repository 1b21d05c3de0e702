import type { MatrixEvent } from "../matrix/types.ts";
import type { Echo } from "../timeline/echoes.ts";
import { asText } from "../timeline/read.ts";

export interface Member {
  userId: string;
  name: string;
  membership: string;
}

/** A room as the chat knows it. Every change makes a new object. */
export interface Room {
  readonly id: string;
  readonly membership: "join" | "invite";
  /** Oldest first, without a gap. */
  readonly events: readonly MatrixEvent[];
  /** Where older events continue; `null` at the room's beginning. */
  readonly olderFrom: string | null;
  /** How often a gap had the events begin anew: what came in between is read from the homeserver again. */
  readonly gaps: number;
  readonly members: ReadonlyMap<string, Member>;
  readonly name: string | undefined;
  readonly typing: readonly string[];
  readonly echoes: readonly Echo[];
  /** Messages of others since one last looked. */
  readonly unread: number;
}

export const emptyRoom = (id: string, membership: Room["membership"]): Room => ({
  id,
  membership,
  events: [],
  olderFrom: null,
  gaps: 0,
  members: new Map(),
  name: undefined,
  typing: [],
  echoes: [],
  unread: 0,
});

/** `@hello:example.org` → `hello` */
export const localpart = (userId: string) => userId.replace(/^@/, "").replace(/:.*$/, "");

export const nameOf = (room: Pick<Room, "members">, userId: string) =>
  room.members.get(userId)?.name ?? localpart(userId);

/** The room's name, else who is in it. */
export function roomName(room: Room, me: string): string {
  if (room.name) return room.name;
  const others = [...room.members.values()].filter(
    ({ userId, membership }) => userId !== me && (membership === "join" || membership === "invite"),
  );
  return others.map((member) => member.name).join(", ") || "Empty room";
}

/** The members and the name after these state events. */
export function withState(room: Room, events: readonly MatrixEvent[]): Room {
  let { name } = room;
  let members: Map<string, Member> | undefined;
  for (const event of events) {
    if (event.state_key === undefined) continue;
    if (event.type === "m.room.name") name = asText(event.content.name) || undefined;
    if (event.type === "m.room.canonical_alias") name ??= asText(event.content.alias);
    if (event.type === "m.room.member") {
      members ??= new Map(room.members);
      members.set(event.state_key, memberOf(event.state_key, event));
    }
  }
  return { ...room, name, members: members ?? room.members };
}

const memberOf = (userId: string, { content }: MatrixEvent): Member => ({
  userId,
  name: asText(content.displayname) || localpart(userId),
  membership: asText(content.membership) ?? "leave",
});
