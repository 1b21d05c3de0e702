import { Type } from "typebox";
import { forbidden, notFound, unknown } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { JsonObject } from "../json.ts";
import type { Room } from "../rooms/room.ts";
import type { Services } from "../services.ts";

type Parts = Pick<Services, "rooms" | "roomStore" | "memberContent" | "accountStore">;

/** Some clients send null for no reason. */
const reason = Type.Optional(Type.Union([Type.String(), Type.Null()]));
type Reason = string | null | undefined;
const Own = Type.Object({ reason });
const Other = Type.Object({ user_id: Type.String(), reason });

/** Joining, inviting, leaving, kicking, banning. Source: client-server API, "Room membership". */
export function membershipRoutes({ rooms, roomStore, memberContent, accountStore }: Parts): Route[] {
  function named(idOrAlias: string): Room {
    if (!idOrAlias.startsWith("#")) return rooms.existing(idOrAlias);
    const alias = roomStore.alias(idOrAlias);
    if (!alias) throw notFound(`There is no alias ${idOrAlias} here`);
    return rooms.existing(alias.room_id);
  }

  function change(room: Room, sender: string, target: string, membership: string, why: Reason): void {
    const extra: JsonObject = why == null ? {} : { reason: why };
    const hasProfile = ["join", "invite", "knock"].includes(membership);
    const content = hasProfile ? memberContent(target, membership, extra) : { ...extra, membership };
    rooms.append(room, { type: "m.room.member", sender, stateKey: target, content });
    if (hasProfile) roomStore.remember(target, room.roomId);
  }

  function own(action: "join" | "knock", room: Room, userId: string, why: Reason) {
    // Joining again what one is in changes nothing.
    if (action !== "join" || !room.joined.has(userId)) change(room, userId, userId, action, why);
    return { room_id: room.roomId };
  }

  /** `POST /rooms/{roomId}/{action}` on somebody else. */
  const onOther = (
    action: string,
    apply: (room: Room, sender: string, target: string, why: Reason) => void,
  ) =>
    route({
      method: "POST",
      path: `/_matrix/client/v3/rooms/:roomId/${action}`,
      body: Other,
      handle({ params, body }, { userId }) {
        apply(rooms.existing(params.roomId), userId, body.user_id, body.reason);
        return {};
      },
    });

  return [
    route({
      method: "POST",
      path: "/_matrix/client/v3/join/:roomIdOrAlias",
      body: Own,
      handle: ({ params, body }, { userId }) => own("join", named(params.roomIdOrAlias), userId, body.reason),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/knock/:roomIdOrAlias",
      body: Own,
      handle: ({ params, body }, { userId }) =>
        own("knock", named(params.roomIdOrAlias), userId, body.reason),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/rooms/:roomId/join",
      body: Own,
      handle: ({ params, body }, { userId }) =>
        own("join", rooms.existing(params.roomId), userId, body.reason),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/rooms/:roomId/leave",
      body: Own,
      handle({ params, body }, { userId }) {
        const room = rooms.existing(params.roomId);
        if (room.membership(userId) !== "leave") change(room, userId, userId, "leave", body.reason);
        return {};
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/rooms/:roomId/forget",
      handle({ params }, { userId }) {
        const membership = rooms.existing(params.roomId).membership(userId);
        if (membership !== "leave" && membership !== "ban")
          throw unknown("Only a room that has been left can be forgotten");
        roomStore.forget(userId, params.roomId);
        return {};
      },
    }),
    onOther("invite", (room, sender, target, why) => {
      if (!accountStore.user(target)) throw notFound(`There is no user ${target} here to invite`);
      change(room, sender, target, "invite", why);
    }),
    onOther("kick", (room, sender, target, why) => {
      const membership = room.membership(target);
      if (membership !== "join" && membership !== "invite" && membership !== "knock")
        throw forbidden(`${target} is not in the room`);
      change(room, sender, target, "leave", why);
    }),
    onOther("ban", (room, sender, target, why) => change(room, sender, target, "ban", why)),
    onOther("unban", (room, sender, target, why) => {
      if (room.membership(target) !== "ban") throw forbidden(`${target} is not banned`);
      change(room, sender, target, "leave", why);
    }),
  ];
}
