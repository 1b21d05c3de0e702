import { changeMember } from "./change-member.ts";
import { defineMethod } from "./method.ts";
import { ChangeMember } from "./room-parameters.ts";

/** Invites somebody to a room. */
export const roomInvite = defineMethod({
  name: "room.invite",
  permission: "rooms: invite",
  params: ChangeMember,
  run: (scope, params) => changeMember(scope, "invite", ["invite", "join"], params),
});
