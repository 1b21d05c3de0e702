import { Type } from "typebox";
import { MatrixError } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import { newRoomId } from "../ids.ts";
import { CreateRoom, draftRoom } from "../rooms/create-room.ts";
import type { Services } from "../services.ts";
import { roomForMember } from "./access.ts";

type Parts = Pick<Services, "serverName" | "rooms" | "roomStore" | "memberContent" | "accountStore">;

/** Making rooms, and what is in them. */
export function roomRoutes({ serverName, rooms, roomStore, memberContent, accountStore }: Parts): Route[] {
  return [
    route({
      method: "POST",
      path: "/_matrix/client/v3/createRoom",
      body: CreateRoom,
      handle({ body }, { userId }) {
        const roomId = newRoomId(serverName);
        const { room_alias_name } = body;
        const alias = room_alias_name === undefined ? undefined : `#${room_alias_name}:${serverName}`;
        if (alias !== undefined && roomStore.alias(alias))
          throw new MatrixError(400, "M_ROOM_IN_USE", `The alias ${alias} is taken`);
        for (const invited of body.invite ?? [])
          if (!accountStore.user(invited))
            throw new MatrixError(403, "M_FORBIDDEN", `There is no user ${invited} here to invite`);
        rooms.create(roomId, body.visibility === "public", draftRoom(userId, body, alias, memberContent));
        if (alias !== undefined) roomStore.addAlias(alias, roomId, userId);
        return { room_id: roomId };
      },
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/joined_rooms",
      handle: (_call, { userId }) => ({
        joined_rooms: [...rooms.of(userId).values()]
          .filter(({ membership }) => membership === "join")
          .map(({ room }) => room.roomId),
      }),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/rooms/:roomId/joined_members",
      handle({ params }, { userId }) {
        const room = roomForMember(rooms, params.roomId, userId);
        const joined = [...room.joined].map((member) => {
          const { displayname, avatar_url } = room.members.get(member)?.content ?? {};
          return [member, { display_name: displayname, avatar_url }];
        });
        return { joined: Object.fromEntries(joined) };
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/rooms/:roomId/upgrade",
      body: Type.Object({ new_version: Type.String() }),
      handle({ params, body }, { userId }) {
        const room = roomForMember(rooms, params.roomId, userId);
        const roomId = newRoomId(serverName);
        const power = room.stateEvent("m.room.power_levels")?.content;
        const copied = [
          "m.room.topic",
          "m.room.avatar",
          "m.room.encryption",
          "m.room.join_rules",
          "m.room.history_visibility",
          "m.room.server_acl",
        ];
        const name = room.stateEvent("m.room.name")?.content.name;
        const request: CreateRoom = {
          room_version: body.new_version,
          creation_content: { predecessor: { room_id: room.roomId } },
          initial_state: copied.flatMap((type) => {
            const event = room.stateEvent(type);
            return event ? [{ type, content: event.content }] : [];
          }),
          ...(typeof name === "string" ? { name } : {}),
          ...(power ? { power_level_content_override: power } : {}),
        };
        // Drafted first: an unknown version must not leave a tombstone behind.
        const drafts = draftRoom(userId, request, undefined, memberContent);
        rooms.append(room, {
          type: "m.room.tombstone",
          sender: userId,
          stateKey: "",
          content: { body: "This room has been replaced", replacement_room: roomId },
        });
        rooms.create(roomId, false, drafts);
        return { replacement_room: roomId };
      },
    }),
  ];
}
