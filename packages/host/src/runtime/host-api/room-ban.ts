import { changeMember } from "./change-member.ts";
import { defineMethod } from "./method.ts";
import { ChangeMember } from "./room-parameters.ts";

/** Removes somebody from a room for good. */
export const roomBan = defineMethod({
  name: "room.ban",
  permission: "rooms: moderate",
  params: ChangeMember,
  run: (scope, params) => changeMember(scope, "ban", ["ban"], params),
});
