import { type Static, Type } from "typebox";
import { invalidParam, MatrixError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { EventDraft } from "./event.ts";

const content = Type.Record(Type.String(), Type.Unknown());

/** Source: client-server API, `POST /createRoom`. */
export const CreateRoom = Type.Object({
  preset: Type.Optional(
    Type.Union([
      Type.Literal("private_chat"),
      Type.Literal("trusted_private_chat"),
      Type.Literal("public_chat"),
    ]),
  ),
  visibility: Type.Optional(Type.Union([Type.Literal("public"), Type.Literal("private")])),
  room_alias_name: Type.Optional(Type.String({ minLength: 1 })),
  room_version: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  topic: Type.Optional(Type.String()),
  is_direct: Type.Optional(Type.Boolean()),
  invite: Type.Optional(Type.Array(Type.String())),
  creation_content: Type.Optional(content),
  initial_state: Type.Optional(
    Type.Array(Type.Object({ type: Type.String(), state_key: Type.Optional(Type.String()), content })),
  ),
  power_level_content_override: Type.Optional(content),
});
export type CreateRoom = Static<typeof CreateRoom>;

/** The room version that this server makes. */
export const ROOM_VERSION = "11";

/** A member event's content for a user, with their profile. */
export type MemberContent = (userId: string, membership: string, extra?: JsonObject) => JsonObject;

/**
 * The events a new room begins with, in the order the specification gives.
 * @throws MatrixError 400 `M_UNSUPPORTED_ROOM_VERSION`, `M_INVALID_PARAM`
 */
export function draftRoom(
  creator: string,
  request: CreateRoom,
  alias: string | undefined,
  member: MemberContent,
): EventDraft[] {
  const version = request.room_version ?? ROOM_VERSION;
  if (version !== ROOM_VERSION)
    throw new MatrixError(
      400,
      "M_UNSUPPORTED_ROOM_VERSION",
      `This server only makes rooms of version ${ROOM_VERSION}`,
    );
  const preset = request.preset ?? (request.visibility === "public" ? "public_chat" : "private_chat");
  const invited = request.invite ?? [];
  const state = (type: string, stateContent: JsonObject, stateKey = ""): EventDraft => ({
    type,
    sender: creator,
    content: stateContent,
    stateKey,
  });

  const trusted = preset === "trusted_private_chat" ? invited : [];
  const drafts = [
    state("m.room.create", { ...request.creation_content, room_version: version }),
    state("m.room.member", member(creator, "join"), creator),
    state("m.room.power_levels", {
      ...powerLevels([creator, ...trusted]),
      ...request.power_level_content_override,
    }),
  ];
  if (alias !== undefined) drafts.push(state("m.room.canonical_alias", { alias }));
  const byPreset = [
    state("m.room.join_rules", { join_rule: preset === "public_chat" ? "public" : "invite" }),
    state("m.room.history_visibility", { history_visibility: "shared" }),
    ...(preset === "public_chat" ? [] : [state("m.room.guest_access", { guest_access: "can_join" })]),
  ];
  const initialState = request.initial_state ?? [];
  const isSet = (type: string) => initialState.some((it) => it.type === type && (it.state_key ?? "") === "");
  // What the creator sets is never anything else before: history would stay readable as it was then.
  drafts.push(...byPreset.filter(({ type }) => !isSet(type)));
  for (const initial of initialState) {
    if (["m.room.create", "m.room.member"].includes(initial.type))
      throw invalidParam(`initial_state cannot set ${initial.type}`);
    drafts.push(state(initial.type, initial.content, initial.state_key ?? ""));
  }
  if (request.name !== undefined) drafts.push(state("m.room.name", { name: request.name }));
  if (request.topic !== undefined) drafts.push(state("m.room.topic", { topic: request.topic }));
  const direct = request.is_direct ? { is_direct: true } : {};
  for (const userId of new Set(invited))
    drafts.push(state("m.room.member", member(userId, "invite", direct), userId));
  return drafts;
}

function powerLevels(admins: readonly string[]): JsonObject {
  return {
    ban: 50,
    kick: 50,
    redact: 50,
    invite: 0,
    events: {
      "m.room.name": 50,
      "m.room.power_levels": 100,
      "m.room.history_visibility": 100,
      "m.room.canonical_alias": 50,
      "m.room.avatar": 50,
      "m.room.tombstone": 100,
      "m.room.server_acl": 100,
      "m.room.encryption": 100,
    },
    events_default: 0,
    state_default: 50,
    users: Object.fromEntries(admins.map((userId) => [userId, 100])),
    users_default: 0,
  };
}
