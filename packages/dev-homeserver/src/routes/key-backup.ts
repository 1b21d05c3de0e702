import { type Static, Type } from "typebox";
import { badJson, invalidParam, MatrixError, missingParam, notFound } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { Services } from "../services.ts";
import type { KeyBackup, KeyScope } from "../store/key-backups.ts";

const object = Type.Record(Type.String(), Type.Unknown());
const Version = Type.Object({
  algorithm: Type.String(),
  auth_data: object,
  version: Type.Optional(Type.String()),
});
const Key = Type.Object({
  first_message_index: Type.Number(),
  forwarded_count: Type.Number(),
  is_verified: Type.Boolean(),
  session_data: object,
});
const Sessions = Type.Object({ sessions: Type.Record(Type.String(), Key) });
const Rooms = Type.Object({ rooms: Type.Record(Type.String(), Sessions) });
type Key = Static<typeof Key>;

const VERSION = "/_matrix/client/v3/room_keys/version";
const KEYS = "/_matrix/client/v3/room_keys/keys";

/** The backup of room keys. Source: client-server API, "Server-side key backups". */
export function keyBackupRoutes({ keyBackups }: Pick<Services, "keyBackups">): Route[] {
  function existing(userId: string, version: string | null): KeyBackup {
    if (version === null) throw missingParam("A version is needed");
    const backup = /^\d{1,9}$/.test(version) ? keyBackups.get(userId, Number(version)) : undefined;
    if (!backup) throw notFound(`You have no backup ${version}`);
    return backup;
  }

  function current(userId: string): KeyBackup {
    const backup = keyBackups.newest(userId);
    if (!backup) throw notFound("There is no key backup");
    return backup;
  }

  /** Keys are only written to the backup that stands. */
  function writable(userId: string, version: string | null): KeyBackup {
    const backup = current(userId);
    if (version !== String(backup.version))
      throw new MatrixError(403, "M_WRONG_ROOM_KEYS_VERSION", `The backup is ${backup.version}`, {
        current_version: String(backup.version),
      });
    return backup;
  }

  const written = ({ version, algorithm, authData, etag, count }: KeyBackup) => ({
    ...{ version: String(version), algorithm, auth_data: authData },
    ...{ etag: String(etag), count },
  });

  function changed(userId: string, { version }: KeyBackup) {
    const { etag, count } = existing(userId, String(version));
    return { etag: String(etag), count };
  }

  function put(userId: string, version: string | null, rooms: Static<typeof Rooms>["rooms"]) {
    const backup = writable(userId, version);
    for (const [roomId, { sessions }] of Object.entries(rooms)) {
      for (const [sessionId, key] of Object.entries(sessions)) {
        const [known] = keyBackups.keys(userId, backup.version, { roomId, sessionId });
        if (!known || isBetter(key, known.key as Key))
          keyBackups.put(userId, backup.version, { roomId, sessionId, key });
      }
    }
    return changed(userId, backup);
  }

  function keys(userId: string, version: string | null, scope: KeyScope) {
    const rooms: Record<string, { sessions: Record<string, unknown> }> = {};
    for (const { roomId, sessionId, key } of keyBackups.keys(
      userId,
      existing(userId, version).version,
      scope,
    )) {
      rooms[roomId] ??= { sessions: {} };
      rooms[roomId].sessions[sessionId] = key;
    }
    return rooms;
  }

  function remove(userId: string, version: string | null, scope: KeyScope) {
    const backup = writable(userId, version);
    keyBackups.removeKeys(userId, backup.version, scope);
    return changed(userId, backup);
  }

  return [
    route({
      method: "POST",
      path: VERSION,
      body: Version,
      handle: ({ body }, { userId }) => ({
        version: String(keyBackups.add(userId, body.algorithm, body.auth_data)),
      }),
    }),
    route({ method: "GET", path: VERSION, handle: (_call, { userId }) => written(current(userId)) }),
    route({
      method: "GET",
      path: `${VERSION}/:version`,
      handle: ({ params }, { userId }) => written(existing(userId, params.version)),
    }),
    route({
      method: "PUT",
      path: `${VERSION}/:version`,
      body: Version,
      handle({ params, body }, { userId }) {
        const backup = existing(userId, params.version);
        if (body.algorithm !== backup.algorithm) throw invalidParam("A backup keeps its algorithm");
        if ((body.version ?? params.version) !== params.version) throw badJson("The versions differ");
        keyBackups.update(userId, backup.version, body.auth_data);
        return {};
      },
    }),
    route({
      method: "DELETE",
      path: `${VERSION}/:version`,
      handle({ params }, { userId }) {
        keyBackups.remove(userId, existing(userId, params.version).version);
        return {};
      },
    }),
    route({
      method: "PUT",
      path: KEYS,
      body: Rooms,
      handle: ({ query, body }, { userId }) => put(userId, query.get("version"), body.rooms),
    }),
    route({
      method: "PUT",
      path: `${KEYS}/:roomId`,
      body: Sessions,
      handle: ({ params, query, body }, { userId }) =>
        put(userId, query.get("version"), { [params.roomId]: body }),
    }),
    route({
      method: "PUT",
      path: `${KEYS}/:roomId/:sessionId`,
      body: Key,
      handle: ({ params: { roomId, sessionId }, query, body }, { userId }) =>
        put(userId, query.get("version"), { [roomId]: { sessions: { [sessionId]: body } } }),
    }),
    route({
      method: "GET",
      path: KEYS,
      handle: ({ query }, { userId }) => ({ rooms: keys(userId, query.get("version"), {}) }),
    }),
    route({
      method: "GET",
      path: `${KEYS}/:roomId`,
      handle: ({ params: { roomId }, query }, { userId }) =>
        keys(userId, query.get("version"), { roomId })[roomId] ?? { sessions: {} },
    }),
    route({
      method: "GET",
      path: `${KEYS}/:roomId/:sessionId`,
      handle({ params: { roomId, sessionId }, query }, { userId }) {
        const rooms = keys(userId, query.get("version"), { roomId, sessionId });
        const key = rooms[roomId]?.sessions[sessionId];
        if (!key) throw notFound(`The backup has no key ${sessionId}`);
        return key;
      },
    }),
    route({
      method: "DELETE",
      path: KEYS,
      handle: ({ query }, { userId }) => remove(userId, query.get("version"), {}),
    }),
    route({
      method: "DELETE",
      path: `${KEYS}/:roomId`,
      handle: ({ params: { roomId }, query }, { userId }) => remove(userId, query.get("version"), { roomId }),
    }),
    route({
      method: "DELETE",
      path: `${KEYS}/:roomId/:sessionId`,
      handle: ({ params: { roomId, sessionId }, query }, { userId }) =>
        remove(userId, query.get("version"), { roomId, sessionId }),
    }),
  ];
}

/** The key that reads more, of the surer origin, is kept. Source: client-server API, `PUT /room_keys/keys`. */
function isBetter(key: Key, known: Key): boolean {
  if (key.is_verified !== known.is_verified) return key.is_verified;
  if (key.first_message_index !== known.first_message_index)
    return key.first_message_index < known.first_message_index;
  return key.forwarded_count < known.forwarded_count;
}
