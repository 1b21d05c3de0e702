import { changeMember } from "./change-member.ts";
import { defineMethod } from "./method.ts";
import { ChangeMember } from "./room-parameters.ts";

/** Lets somebody who was banned come back. */
export const roomUnban = defineMethod({
  name: "room.unban",
  permission: "rooms: moderate",
  params: ChangeMember,
  run: (scope, params) => changeMember(scope, "unban", ["leave"], params),
});
