import { forbidden } from "../errors.ts";
import { isObject, type JsonObject, stringIn } from "../json.ts";
import type { EventDraft, RoomEvent } from "./event.ts";
import { namedLevels } from "./power-levels.ts";
import type { Room } from "./room.ts";

/** What authorization asks of the rest of the server. */
export interface RoomLookup {
  room(roomId: string): Room | undefined;
  event(eventId: string): RoomEvent | undefined;
}

/**
 * Refuses (403 `M_FORBIDDEN`) an event that the room's state does not allow.
 * Source: "Room version 11", authorization rules; what concerns federation and third-party invites is left out.
 */
export function authorize(room: Room, draft: EventDraft, lookup: RoomLookup): void {
  const { type, sender, stateKey } = draft;
  if (type === "m.room.create") {
    if (room.stateEvent("m.room.create")) throw forbidden("The room has been created already");
    return;
  }
  if (type === "m.room.member" && stateKey !== undefined) {
    authorizeMember(room, draft, stateKey, lookup);
    return;
  }
  if (!room.joined.has(sender)) throw forbidden(`${sender} is not in the room`);

  const needed = room.power.toSend(type, stateKey !== undefined);
  const level = room.power.of(sender);
  if (level < needed) throw forbidden(`Sending ${type} needs power level ${needed}; ${sender} has ${level}`);
  if (stateKey?.startsWith("@") && stateKey !== sender)
    throw forbidden("State under a user's ID can only be set by that user");
  if (type === "m.room.power_levels") authorizeLevels(room, draft.content, sender);
  if (type === "m.room.redaction") authorizeRedaction(room, draft, lookup);
}

function authorizeRedaction(room: Room, draft: EventDraft, lookup: RoomLookup): void {
  const target = lookup.event(stringIn(draft.content, "redacts") ?? "");
  if (target?.sender === draft.sender) return;
  if (room.power.of(draft.sender) < room.power.redact)
    throw forbidden(`Redacting others' events needs power level ${room.power.redact}`);
}

function authorizeLevels(room: Room, content: JsonObject, sender: string): void {
  const current = room.stateEvent("m.room.power_levels");
  if (!current) return;
  const own = room.power.of(sender);
  const before = namedLevels(current.content);
  const after = namedLevels(content);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(key);
    const to = after.get(key);
    if (from === to) continue;
    if ((from ?? 0) > own || (to ?? 0) > own)
      throw forbidden("A power level above one's own can be neither changed nor given");
    const isOtherUser = key.startsWith("users\n") && key !== `users\n${sender}`;
    if (isOtherUser && from === own)
      throw forbidden("The power level of a user with the same level cannot be changed");
  }
}

function authorizeMember(room: Room, draft: EventDraft, target: string, lookup: RoomLookup): void {
  const { sender } = draft;
  const { power } = room;
  const membership = stringIn(draft.content, "membership");
  const current = room.membership(target);
  const senderJoined = room.joined.has(sender);
  const outranks = power.of(sender) > power.of(target);

  switch (membership) {
    case "join":
      authorizeJoin(room, sender, target, lookup);
      return;
    case "invite":
      if (!senderJoined) throw forbidden(`${sender} is not in the room`);
      if (current === "ban") throw forbidden(`${target} is banned from the room`);
      if (current === "join") throw forbidden(`${target} is already in the room`);
      if (power.of(sender) < power.invite) throw forbidden(`Inviting needs power level ${power.invite}`);
      return;
    case "leave":
      if (sender === target) {
        if (current === "join" || current === "invite" || current === "knock") return;
        throw forbidden(`${target} is not in the room`);
      }
      if (!senderJoined) throw forbidden(`${sender} is not in the room`);
      if (current === "ban" && power.of(sender) < power.ban)
        throw forbidden(`Unbanning needs power level ${power.ban}`);
      if (power.of(sender) < power.kick || !outranks)
        throw forbidden(`Removing ${target} needs power level ${power.kick} and more than theirs`);
      return;
    case "ban":
      if (!senderJoined) throw forbidden(`${sender} is not in the room`);
      if (power.of(sender) < power.ban || !outranks)
        throw forbidden(`Banning ${target} needs power level ${power.ban} and more than theirs`);
      return;
    case "knock":
      if (sender !== target) throw forbidden("One can only knock for oneself");
      if (!["knock", "knock_restricted"].includes(joinRule(room)))
        throw forbidden("The room does not allow knocking");
      if (current === "ban" || current === "join" || current === "invite")
        throw forbidden(`${target} cannot knock: their membership is ${current}`);
      return;
    default:
      throw forbidden(`There is no membership "${membership}"`);
  }
}

function joinRule(room: Room): string {
  return stringIn(room.stateEvent("m.room.join_rules")?.content ?? {}, "join_rule") ?? "invite";
}

function authorizeJoin(room: Room, sender: string, target: string, lookup: RoomLookup): void {
  if (sender !== target) throw forbidden("One can only join for oneself");
  const current = room.membership(target);
  const isFirst = room.members.size === 0 && sender === room.creator;
  if (current === "ban") throw forbidden(`${target} is banned from the room`);
  if (isFirst || current === "join" || current === "invite" || joinRule(room) === "public") return;
  if (["restricted", "knock_restricted"].includes(joinRule(room)) && meetsRestriction(room, target, lookup))
    return;
  throw forbidden("You are not invited to this room");
}

function meetsRestriction(room: Room, userId: string, lookup: RoomLookup): boolean {
  const allow = room.stateEvent("m.room.join_rules")?.content.allow;
  if (!Array.isArray(allow)) return false;
  return allow.some(
    (condition) =>
      isObject(condition) &&
      condition.type === "m.room_membership" &&
      lookup.room(stringIn(condition, "room_id") ?? "")?.joined.has(userId),
  );
}
