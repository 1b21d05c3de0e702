import { type JsonObject, stringIn } from "../json.ts";
import { membershipIn, type Room } from "./room.ts";

/** Counts of members, and whom a nameless room is called after. Source: client-server API, `RoomSummary`. */
export function summarise(room: Room, viewer: string): JsonObject {
  const members = [...room.members.values()];
  const present = members.filter((event) => ["join", "invite"].includes(membershipIn(event)));
  const others = (events: typeof members) =>
    events.flatMap((event) => (event.stateKey === null || event.stateKey === viewer ? [] : event.stateKey));
  const heroes = others(present);
  const summary: JsonObject = {
    "m.joined_member_count": room.joined.size,
    "m.invited_member_count": present.length - room.joined.size,
  };
  const isNamed =
    stringIn(room.stateEvent("m.room.name")?.content ?? {}, "name") ||
    stringIn(room.stateEvent("m.room.canonical_alias")?.content ?? {}, "alias");
  if (!isNamed) summary["m.heroes"] = (heroes.length > 0 ? heroes : others(members)).slice(0, 5);
  return summary;
}

const STRIPPED = [
  "m.room.create",
  "m.room.name",
  "m.room.avatar",
  "m.room.topic",
  "m.room.join_rules",
  "m.room.canonical_alias",
  "m.room.encryption",
];

/** What somebody who is invited gets to know of a room. Source: client-server API, "Stripped state". */
export function strippedState(room: Room, invited: string): JsonObject[] {
  const member = room.members.get(invited);
  const inviter = member && room.members.get(member.sender);
  const events = [...STRIPPED.map((type) => room.stateEvent(type)), inviter, member];
  return events.flatMap((event) =>
    event
      ? [{ type: event.type, state_key: event.stateKey, sender: event.sender, content: event.content }]
      : [],
  );
}
