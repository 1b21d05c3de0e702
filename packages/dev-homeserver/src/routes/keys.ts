import { isDeepStrictEqual } from "node:util";
import { type Static, Type } from "typebox";
import type { Session } from "../accounts/sessions.ts";
import { invalidParam } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import { isObject, type JsonObject, objectIn } from "../json.ts";
import type { Services } from "../services.ts";
import type { OneTimeKey } from "../store/one-time-keys.ts";
import { readToken } from "../sync/token.ts";

type Parts = Pick<Services, "accountStore" | "sessions" | "deviceKeys" | "oneTimeKeys" | "deviceLists">;

const object = Type.Record(Type.String(), Type.Unknown());
const OneTimeKeys = Type.Record(
  Type.String({ pattern: "^[^:]+:[^:]+$" }),
  Type.Union([Type.String(), object]),
  { additionalProperties: false },
);
const Upload = Type.Object({
  device_keys: Type.Optional(
    Type.Object({
      user_id: Type.String(),
      device_id: Type.String(),
      algorithms: Type.Array(Type.String()),
      keys: object,
      signatures: object,
    }),
  ),
  one_time_keys: Type.Optional(OneTimeKeys),
  fallback_keys: Type.Optional(OneTimeKeys),
});

/** The public keys of devices. Signatures are kept as they come: it is clients who check them. */
export function keyRoutes(parts: Parts): Route[] {
  const { accountStore, sessions, deviceKeys, oneTimeKeys, deviceLists } = parts;

  function putDeviceKeys(keys: JsonObject, { userId, deviceId, deviceKey }: Session): void {
    if (keys.user_id !== userId || keys.device_id !== deviceId)
      throw invalidParam(`These are not the keys of ${userId} on ${deviceId}`);
    const known = deviceKeys.ofDevice(deviceKey);
    // The signatures of the user's identity came later, and stay.
    if (known && isDeepStrictEqual(known.keys, keys.keys)) return;
    deviceKeys.putOfDevice(deviceKey, keys);
    deviceLists.note(userId);
  }

  function putOneTimeKey(deviceKey: number, algorithm: string, keyId: string, key: OneTimeKey): void {
    const known = oneTimeKeys.find(deviceKey, algorithm, keyId);
    if (known === undefined) oneTimeKeys.add(deviceKey, algorithm, keyId, key);
    else if (!isDeepStrictEqual(known, key))
      throw invalidParam(`Another one-time key ${algorithm}:${keyId} is here already`);
  }

  function devicesOf(userId: string, wanted: unknown): JsonObject {
    const only = Array.isArray(wanted) && wanted.length > 0 ? new Set(wanted) : undefined;
    const answer: JsonObject = {};
    for (const device of accountStore.devicesOf(userId)) {
      if (only && !only.has(device.device_id)) continue;
      const keys = deviceKeys.ofDevice(device.device_key);
      const unsigned = device.display_name === null ? {} : { device_display_name: device.display_name };
      if (keys) answer[device.device_id] = { ...keys, unsigned };
    }
    return answer;
  }

  function claim(userId: string, wanted: Readonly<Record<string, string>>): JsonObject {
    const answer: JsonObject = {};
    for (const { deviceId, deviceKey } of sessions.of(userId)) {
      const algorithm = wanted[deviceId];
      const taken = algorithm === undefined ? undefined : oneTimeKeys.take(deviceKey, algorithm);
      if (taken) answer[deviceId] = { [`${algorithm}:${taken.keyId}`]: taken.key };
    }
    return answer;
  }

  return [
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/upload",
      body: Upload,
      handle({ body }, session) {
        const { deviceKey } = session;
        if (body.device_keys) putDeviceKeys(body.device_keys, session);
        for (const [algorithm, keyId, key] of named(body.one_time_keys))
          putOneTimeKey(deviceKey, algorithm, keyId, key);
        for (const [algorithm, keyId, key] of named(body.fallback_keys))
          oneTimeKeys.putFallback(deviceKey, algorithm, keyId, key);
        return { one_time_key_counts: { signed_curve25519: 0, ...oneTimeKeys.counts(deviceKey) } };
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/query",
      body: Type.Object({ device_keys: object }),
      handle({ body }, { userId: asker }) {
        const users = Object.keys(body.device_keys).filter((userId) => accountStore.user(userId));
        const identities = (usage: "master" | "self_signing" | "user_signing", of: string[]) =>
          of.flatMap((userId) => {
            const key = deviceKeys.ofIdentity(userId, usage);
            return key ? [[userId, signedFor(asker, userId, key)]] : [];
          });
        return {
          failures: {},
          device_keys: Object.fromEntries(
            users.map((userId) => [userId, devicesOf(userId, body.device_keys[userId])]),
          ),
          master_keys: Object.fromEntries(identities("master", users)),
          self_signing_keys: Object.fromEntries(identities("self_signing", users)),
          // With whom somebody has spoken is for nobody else.
          user_signing_keys: Object.fromEntries(
            identities(
              "user_signing",
              users.filter((userId) => userId === asker),
            ),
          ),
        };
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/claim",
      body: Type.Object({
        one_time_keys: Type.Record(Type.String(), Type.Record(Type.String(), Type.String())),
      }),
      handle: ({ body }) => ({
        failures: {},
        one_time_keys: Object.fromEntries(
          Object.entries(body.one_time_keys).map(([userId, wanted]) => [userId, claim(userId, wanted)]),
        ),
      }),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/keys/changes",
      // Up to now rather than up to `to`: what changed later is only told twice.
      handle: ({ query }, { userId }) => deviceLists.since(userId, readToken(query.get("from") ?? "")),
    }),
  ];
}

function* named(keys: Static<typeof OneTimeKeys> = {}): Generator<[string, string, OneTimeKey]> {
  for (const [name, key] of Object.entries(keys)) {
    const [algorithm = "", keyId = ""] = name.split(":");
    yield [algorithm, keyId, key];
  }
}

/** A key with the signatures that its owner and who asks have made: whom others have verified is theirs. */
function signedFor(asker: string, owner: string, key: JsonObject): JsonObject {
  const signatures = Object.entries(objectIn(key, "signatures")).filter(
    ([signer, made]) => isObject(made) && (signer === owner || signer === asker),
  );
  return { ...key, signatures: Object.fromEntries(signatures) };
}
