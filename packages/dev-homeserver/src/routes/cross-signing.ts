import { isDeepStrictEqual } from "node:util";
import { Type } from "typebox";
import type { Session } from "../accounts/sessions.ts";
import { MatrixError } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import { isObject, type JsonObject, objectIn } from "../json.ts";
import type { Services } from "../services.ts";
import { USAGES, type Usage } from "../store/device-keys.ts";

type Parts = Pick<Services, "checkPassword" | "sessions" | "deviceKeys" | "deviceLists">;

const IdentityKey = Type.Object({
  user_id: Type.String(),
  usage: Type.Array(Type.String()),
  keys: Type.Record(Type.String(), Type.String()),
});

/** The cross-signing identities of users, and the signatures that clients make with them. */
export function crossSigningRoutes({ checkPassword, sessions, deviceKeys, deviceLists }: Parts): Route[] {
  const isKnown = (userId: string, usage: Usage, key: JsonObject) =>
    isDeepStrictEqual(deviceKeys.ofIdentity(userId, usage)?.keys, key.keys);

  /** Where the object is kept that somebody has signed: a device of theirs, or a master key. */
  function signable(signer: string, userId: string, id: string) {
    const master = deviceKeys.ofIdentity(userId, "master");
    if (master && Object.values(objectIn(master, "keys")).includes(id))
      return { key: master, put: (key: JsonObject) => deviceKeys.putOfIdentity(userId, "master", key) };
    const device =
      signer === userId ? sessions.of(userId).find(({ deviceId }) => deviceId === id) : undefined;
    const key = device && deviceKeys.ofDevice(device.deviceKey);
    return key && { key, put: (signed: JsonObject) => deviceKeys.putOfDevice(device.deviceKey, signed) };
  }

  function sign(
    { userId: signer }: Session,
    userId: string,
    id: string,
    signed: unknown,
  ): string | undefined {
    const target = signable(signer, userId, id);
    if (!target) return `${userId} has nothing ${id} that ${signer} could sign`;
    const made = isObject(signed) ? objectIn(objectIn(signed, "signatures"), signer) : {};
    if (Object.keys(made).length === 0) return `There is no signature of ${signer}`;
    if (isObject(signed) && !isDeepStrictEqual(signed.keys, target.key.keys))
      return "What was signed is not what is here";
    const before = objectIn(target.key, "signatures");
    const signatures = { ...before, [signer]: { ...objectIn(before, signer), ...made } };
    target.put({ ...target.key, signatures });
    return undefined;
  }

  return [
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/device_signing/upload",
      body: Type.Object({
        master_key: Type.Optional(IdentityKey),
        self_signing_key: Type.Optional(IdentityKey),
        user_signing_key: Type.Optional(IdentityKey),
        auth: Type.Optional(Type.Unknown()),
      }),
      async handle({ body }, session) {
        const { userId } = session;
        const news = USAGES.flatMap((usage) => {
          const key = body[`${usage}_key`];
          return key && !isKnown(userId, usage, key) ? [{ usage, key }] : [];
        });
        // Who replaces an identity has to show more than a token.
        if (news.length > 0 && deviceKeys.ofIdentity(userId, "master"))
          await checkPassword(body.auth, session);
        for (const { usage, key } of news) deviceKeys.putOfIdentity(userId, usage, key);
        if (news.length > 0) deviceLists.note(userId);
        return {};
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/signatures/upload",
      body: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown())),
      handle({ body }, session) {
        const failures: Record<string, JsonObject> = {};
        for (const [userId, byKey] of Object.entries(body)) {
          for (const [id, signed] of Object.entries(byKey)) {
            const refused = sign(session, userId, id, signed);
            if (refused !== undefined)
              failures[userId] = {
                ...failures[userId],
                [id]: new MatrixError(400, "M_INVALID_SIGNATURE", refused).body(),
              };
          }
          deviceLists.note(userId);
        }
        return { failures };
      },
    }),
  ];
}
