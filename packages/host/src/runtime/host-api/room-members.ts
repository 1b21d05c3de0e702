import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { RoomId } from "./room-parameters.ts";

/** Who is in a room now. */
export const roomMembers = defineMethod({
  name: "room.members",
  permission: "rooms: state",
  params: Type.Object({ roomId: RoomId }),
  async run({ client }, { roomId }) {
    const joined = await client.getJoinedRoomMembersWithProfiles(roomId);
    return Object.entries(joined).map(([userId, profile]) => ({
      userId,
      displayName: typeof profile?.display_name === "string" ? profile.display_name : null,
    }));
  },
});
