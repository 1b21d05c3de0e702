import { Type } from "typebox";
import { forbidden, invalidParam, MatrixError, notFound } from "../errors.ts";
import { openRoute, type Route, route } from "../http/route.ts";
import { serverOf } from "../ids.ts";
import { stringIn } from "../json.ts";
import type { Room } from "../rooms/room.ts";
import type { Services } from "../services.ts";
import { roomForMember, roomForReader } from "./access.ts";
import { readLimit } from "./query.ts";

type Parts = Pick<Services, "serverName" | "rooms" | "roomStore">;

/** Room aliases and the list of public rooms. */
export function directoryRoutes({ serverName, rooms, roomStore }: Parts): Route[] {
  function existing(alias: string) {
    const entry = roomStore.alias(alias);
    if (!entry) throw notFound(`There is no alias ${alias} here`);
    return entry;
  }

  function describe(room: Room) {
    const text = (type: string, key: string) =>
      stringIn(room.stateEvent(`m.room.${type}`)?.content ?? {}, key);
    return {
      room_id: room.roomId,
      name: text("name", "name"),
      topic: text("topic", "topic"),
      avatar_url: text("avatar", "url"),
      canonical_alias: text("canonical_alias", "alias"),
      join_rule: text("join_rules", "join_rule") ?? "invite",
      room_type: stringIn(room.stateEvent("m.room.create")?.content ?? {}, "type"),
      num_joined_members: room.joined.size,
      world_readable: text("history_visibility", "history_visibility") === "world_readable",
      guest_can_join: false,
    };
  }

  /** One page; its token is the number of rooms before it. */
  function list(limit: number, since: string | undefined, term: string) {
    const start = Number(since ?? 0);
    if (!Number.isInteger(start)) throw invalidParam(`"${since}" is not a token of this list`);
    const all = roomStore
      .published()
      .map((roomId) => describe(rooms.existing(roomId)))
      .filter(({ name, topic, canonical_alias }) =>
        [name, topic, canonical_alias, ""].some((text) => text?.toLowerCase().includes(term.toLowerCase())),
      )
      .sort((a, b) => b.num_joined_members - a.num_joined_members);
    return {
      chunk: all.slice(start, start + limit),
      total_room_count_estimate: all.length,
      ...(start + limit < all.length ? { next_batch: String(start + limit) } : {}),
      ...(start > 0 ? { prev_batch: String(Math.max(0, start - limit)) } : {}),
    };
  }

  return [
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/directory/room/:alias",
      handle: ({ params }) => ({ room_id: existing(params.alias).room_id, servers: [serverName] }),
    }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/directory/room/:alias",
      body: Type.Object({ room_id: Type.String() }),
      handle({ params: { alias }, body }, { userId }) {
        if (!alias.startsWith("#") || serverOf(alias) !== serverName)
          throw invalidParam(`An alias here is called #name:${serverName}`);
        if (roomStore.alias(alias)) throw new MatrixError(409, "M_UNKNOWN", `The alias ${alias} is taken`);
        roomForMember(rooms, body.room_id, userId);
        roomStore.addAlias(alias, body.room_id, userId);
        return {};
      },
    }),
    route({
      method: "DELETE",
      path: "/_matrix/client/v3/directory/room/:alias",
      handle({ params: { alias } }, { userId }) {
        const { room_id, creator } = existing(alias);
        const power = rooms.existing(room_id).power;
        if (creator !== userId && power.of(userId) < power.toSend("m.room.canonical_alias", true))
          throw forbidden("Only who made an alias, or who may set the room's main alias, can remove it");
        roomStore.removeAlias(alias);
        return {};
      },
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/rooms/:roomId/aliases",
      handle({ params }, { userId }) {
        roomForReader(rooms, params.roomId, userId);
        return { aliases: roomStore.aliasesOf(params.roomId) };
      },
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/directory/list/room/:roomId",
      handle({ params }) {
        const { roomId } = rooms.existing(params.roomId);
        return { visibility: roomStore.published().includes(roomId) ? "public" : "private" };
      },
    }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/directory/list/room/:roomId",
      body: Type.Object({
        visibility: Type.Optional(Type.Union([Type.Literal("public"), Type.Literal("private")])),
      }),
      handle({ params, body }, { userId }) {
        const { power, roomId } = roomForMember(rooms, params.roomId, userId);
        if (power.of(userId) < power.toSend("m.room.canonical_alias", true))
          throw forbidden("Publishing a room needs the power level that setting its main alias needs");
        roomStore.setPublished(roomId, (body.visibility ?? "public") === "public");
        return {};
      },
    }),
    openRoute({
      method: "GET",
      path: "/_matrix/client/v3/publicRooms",
      handle: ({ query }) => list(readLimit(query, 100), query.get("since") ?? undefined, ""),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/publicRooms",
      body: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1 })),
        since: Type.Optional(Type.String()),
        filter: Type.Optional(Type.Object({ generic_search_term: Type.Optional(Type.String()) })),
      }),
      handle: ({ body }) => list(body.limit ?? 100, body.since, body.filter?.generic_search_term ?? ""),
    }),
  ];
}
