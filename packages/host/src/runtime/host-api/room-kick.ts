import { changeMember } from "./change-member.ts";
import { defineMethod } from "./method.ts";
import { ChangeMember } from "./room-parameters.ts";

/** Removes somebody from a room, who may come back. */
export const roomKick = defineMethod({
  name: "room.kick",
  permission: "rooms: moderate",
  params: ChangeMember,
  run: (scope, params) => changeMember(scope, "kick", ["leave", "ban"], params),
});
