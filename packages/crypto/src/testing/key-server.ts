import type { Http, HttpResponse } from "../http.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON that the Rust implementation made, passed on as it is
type Json = any;

interface DeviceRecord {
  keys: Json;
  oneTimeKeys: Map<string, Json>;
  fallback: [string, Json] | undefined;
  inbox: Json[];
}

/** As much of a homeserver as encryption speaks to, in memory: for tests and the bench. It knows no rooms. */
export interface KeyServer {
  /** A device's way in. */
  httpOf(userId: string, deviceId: string): Http;
  /** What has come for the device since the last time, in the form of a `/sync` response. */
  sync(userId: string, deviceId: string): object;
  /** Takes the device away, as a logout does. */
  removeDevice(userId: string, deviceId: string): void;
  /** If set, the way a cross-signing identity is taken: 401 without this password. */
  password: string | undefined;
  /** All requests so far, as `METHOD path`. */
  readonly requests: string[];
}

const EMPTY: HttpResponse = { status: 200, body: {} };
const NOT_FOUND: HttpResponse = { status: 404, body: { errcode: "M_NOT_FOUND", error: "Not found" } };

export function keyServer(): KeyServer {
  const users = new Map<string, Map<string, DeviceRecord>>();
  const identities = new Map<string, Json>();
  const accountData = new Map<string, Json>();
  const backups = new Map<string, { version: Json; rooms: Json }>();
  /** Users whose devices changed, in order; each device reads on from where it was. */
  const changes: string[] = [];
  const seen = new Map<DeviceRecord, number>();
  const requests: string[] = [];

  function device(userId: string, deviceId: string): DeviceRecord {
    const devices = users.get(userId) ?? new Map<string, DeviceRecord>();
    users.set(userId, devices);
    let found = devices.get(deviceId);
    if (found === undefined) {
      found = { keys: undefined, oneTimeKeys: new Map(), fallback: undefined, inbox: [] };
      devices.set(deviceId, found);
    }
    return found;
  }

  const counts = ({ oneTimeKeys }: DeviceRecord) => ({ signed_curve25519: oneTimeKeys.size });

  function upload(userId: string, deviceId: string, body: Json): HttpResponse {
    const record = device(userId, deviceId);
    if (body.device_keys) {
      record.keys = body.device_keys;
      changes.push(userId);
    }
    for (const [id, key] of Object.entries(body.one_time_keys ?? {})) record.oneTimeKeys.set(id, key);
    for (const entry of Object.entries(body.fallback_keys ?? {})) record.fallback = entry;
    return { status: 200, body: { one_time_key_counts: counts(record) } };
  }

  function query(body: Json): HttpResponse {
    const answer: Json = {
      device_keys: {},
      failures: {},
      master_keys: {},
      self_signing_keys: {},
      user_signing_keys: {},
    };
    for (const userId of Object.keys(body.device_keys)) {
      const devices = [...(users.get(userId) ?? [])].filter(([, { keys }]) => keys !== undefined);
      answer.device_keys[userId] = Object.fromEntries(devices.map(([id, { keys }]) => [id, keys]));
      const identity = identities.get(userId);
      if (identity === undefined) continue;
      for (const name of ["master", "self_signing", "user_signing"]) {
        answer[`${name}_keys`][userId] = identity[`${name}_key`];
      }
    }
    return { status: 200, body: answer };
  }

  function claim(body: Json): HttpResponse {
    const keys: Json = {};
    for (const [userId, wanted] of Object.entries<Json>(body.one_time_keys)) {
      for (const deviceId of Object.keys(wanted)) {
        const record = users.get(userId)?.get(deviceId);
        const next = record?.oneTimeKeys.entries().next().value ?? record?.fallback;
        if (record === undefined || next === undefined) continue;
        record.oneTimeKeys.delete(next[0]);
        keys[userId] = { ...keys[userId], [deviceId]: { [next[0]]: next[1] } };
      }
    }
    return { status: 200, body: { one_time_keys: keys, failures: {} } };
  }

  function sendToDevice(sender: string, type: string, { messages }: Json): HttpResponse {
    for (const [userId, ofUser] of Object.entries<Json>(messages)) {
      for (const [deviceId, content] of Object.entries(ofUser)) {
        const devices = users.get(userId);
        const to = deviceId === "*" ? [...(devices?.values() ?? [])] : [devices?.get(deviceId)];
        for (const record of to) record?.inbox.push({ type, sender, content });
      }
    }
    return EMPTY;
  }

  function uploadSignatures(body: Json): HttpResponse {
    for (const [userId, signed] of Object.entries<Json>(body)) {
      for (const [id, object] of Object.entries<Json>(signed)) {
        const identity = identities.get(userId);
        const isMaster = identity && Object.values<string>(identity.master_key.keys).includes(id);
        const target = isMaster ? identity.master_key : users.get(userId)?.get(id)?.keys;
        for (const [signer, signatures] of Object.entries<Json>(object.signatures)) {
          target.signatures[signer] = { ...target.signatures[signer], ...signatures };
        }
      }
      changes.push(userId);
    }
    return { status: 200, body: { failures: {} } };
  }

  function uploadIdentity(userId: string, body: Json, password: string | undefined): HttpResponse {
    if (password !== undefined && body.auth?.password !== password) {
      return {
        status: 401,
        body: { session: "session", flows: [{ stages: ["m.login.password"] }], params: {} },
      };
    }
    identities.set(userId, body);
    changes.push(userId);
    return EMPTY;
  }

  function backup(userId: string, method: string, path: string, body: Json): HttpResponse {
    const stored = backups.get(userId);
    if (path === "/room_keys/version" && method === "POST") {
      const version = { ...body, version: "1", count: 0, etag: "0" };
      backups.set(userId, { version, rooms: {} });
      return { status: 200, body: { version: "1" } };
    }
    if (stored === undefined) return NOT_FOUND;
    if (path === "/room_keys/version") return { status: 200, body: stored.version };
    if (method === "GET") return { status: 200, body: { rooms: stored.rooms } };
    for (const [room, { sessions }] of Object.entries<Json>(body.rooms)) {
      stored.rooms[room] = { sessions: { ...stored.rooms[room]?.sessions, ...sessions } };
    }
    return { status: 200, body: { count: 1, etag: "1" } };
  }

  function data(method: string, path: string, body: Json): HttpResponse {
    if (method === "PUT") accountData.set(path, body);
    const content = accountData.get(path);
    return content === undefined ? NOT_FOUND : { status: 200, body: method === "PUT" ? {} : content };
  }

  const server: KeyServer = {
    password: undefined,
    requests,
    httpOf: (userId, deviceId) => ({
      async request(method, fullPath, body) {
        requests.push(`${method} ${fullPath}`);
        const path = fullPath.replace("/_matrix/client/v3", "").replace(/\?.*/, "");
        if (path === "/keys/upload") return upload(userId, deviceId, body);
        if (path === "/keys/query") return query(body);
        if (path === "/keys/claim") return claim(body);
        if (path === "/keys/signatures/upload") return uploadSignatures(body);
        if (path === "/keys/device_signing/upload") return uploadIdentity(userId, body, server.password);
        if (path.startsWith("/room_keys/")) return backup(userId, method, path, body);
        if (path.startsWith("/user/")) return data(method, path, body);
        const [, type] = /^\/sendToDevice\/([^/]+)\//.exec(path) ?? [];
        return type === undefined ? NOT_FOUND : sendToDevice(userId, decodeURIComponent(type), body);
      },
    }),
    sync(userId, deviceId) {
      const record = device(userId, deviceId);
      const changed = new Set(changes.slice(seen.get(record) ?? 0));
      seen.set(record, changes.length);
      return {
        to_device: { events: record.inbox.splice(0) },
        device_lists: { changed: [...changed], left: [] },
        device_one_time_keys_count: counts(record),
        device_unused_fallback_key_types: record.fallback ? ["signed_curve25519"] : [],
      };
    },
    removeDevice(userId, deviceId) {
      users.get(userId)?.delete(deviceId);
      changes.push(userId);
    },
  };
  return server;
}
