import { type Static, Type } from "typebox";
import { forbidden, MatrixError } from "../errors.ts";
import type { AccountStore } from "../store/accounts.ts";
import { NO_PASSWORD } from "./passwords.ts";
import type { Session, Sessions } from "./sessions.ts";

/** What this server takes of a registration file. Source: application service API, "Registration". */
export const AppserviceRegistration = Type.Object({
  id: Type.String({ minLength: 1 }),
  as_token: Type.String({ minLength: 1 }),
  sender_localpart: Type.String({ pattern: "^[a-z0-9._=/+-]+$" }),
  /** Its users get devices by `PUT /devices` instead of a login, as since Matrix 1.17: Synapse's name for it. */
  "io.element.msc4190": Type.Optional(Type.Boolean()),
  namespaces: Type.Object({
    users: Type.Optional(Type.Array(Type.Object({ exclusive: Type.Boolean(), regex: Type.String() }))),
  }),
});
export type AppserviceRegistration = Static<typeof AppserviceRegistration>;

/** The application services whose registrations the server was started with. */
export interface Appservices {
  /**
   * Whoever a request with this token acts as; `undefined` where it is no application service's.
   *
   * @param asserted the `user_id` of the request
   * @param device the `device_id` of the request, of which that user is then
   * @throws MatrixError 403 for a user outside its namespaces, or one who is not registered; 400 for a device that is not there
   */
  session(token: string, asserted: string | null, device?: string | null): Session | undefined;
  readonly areThere: boolean;
  /** Whose service a token is, and how its users get devices; `undefined` where it is none's. */
  devicesOf(token: string): "login" | "put" | undefined;
  /** @throws MatrixError 400 where the user is in a namespace that is exclusively another's */
  checkFree(userId: string, token?: string): void;
  /** @throws MatrixError 401 for a token that is none, 400 for a user outside its namespaces */
  checkOwn(userId: string, token: string): void;
}

/** Its errors and their order are Synapse's. */
export function openAppservices(
  registrations: readonly AppserviceRegistration[],
  parts: { serverName: string; accountStore: AccountStore; sessions: Sessions },
): Appservices {
  const { serverName, accountStore, sessions } = parts;
  const services = registrations.map(({ id, as_token, sender_localpart, namespaces, ...more }) => {
    const senderId = `@${sender_localpart}:${serverName}`;
    const users = (namespaces.users ?? []).map(({ exclusive, regex }) => ({
      exclusive,
      // As Python's re.match: from the beginning, not up to the end.
      regex: new RegExp(`^(?:${regex})`),
    }));
    return {
      ...{ id, token: as_token, senderId, putsDevices: more["io.element.msc4190"] ?? false },
      isInterested: (userId: string) => userId === senderId || users.some(({ regex }) => regex.test(userId)),
      isExclusive: (userId: string) =>
        userId === senderId || users.some(({ exclusive, regex }) => exclusive && regex.test(userId)),
    };
  });
  const byUser = new Map<string, Session>();
  for (const { senderId } of services)
    if (!accountStore.user(senderId))
      accountStore.addUser(senderId, NO_PASSWORD, senderId.slice(1, senderId.indexOf(":")));

  /** Its device is never shown: it only keeps the transaction IDs of this user apart. */
  function sessionOf(id: string, userId: string): Session {
    const deviceId = `appservice ${id}`;
    const key = `${deviceId} ${userId}`;
    const known = byUser.get(key);
    if (known) return known;
    const kept = sessions.of(userId).find((session) => session.deviceId === deviceId);
    const session = { ...(kept ?? sessions.open(userId, deviceId).session), isAppservice: true };
    byUser.set(key, session);
    return session;
  }

  return {
    areThere: services.length > 0,
    session(token, asserted, device = null) {
      const service = services.find((each) => each.token === token);
      if (!service) return undefined;
      const userId = asserted ?? service.senderId;
      if (!service.isInterested(userId))
        throw forbidden(`Application service cannot masquerade as this user (${userId}).`);
      if (!accountStore.user(userId))
        throw forbidden(`Application service has not registered this user (${userId})`);
      if (device === null) return sessionOf(service.id, userId);
      const session = sessions.of(userId).find(({ deviceId }) => deviceId === device);
      if (session) return session;
      const text = `Application service trying to use a device that doesn't exist ('${device}' for ${userId})`;
      throw new MatrixError(400, "M_UNKNOWN_DEVICE", text);
    },
    devicesOf(token) {
      const service = services.find((each) => each.token === token);
      return service && (service.putsDevices ? "put" : "login");
    },
    checkFree(userId, token) {
      if (services.some((each) => each.token !== token && each.isExclusive(userId)))
        throw new MatrixError(400, "M_EXCLUSIVE", "This user ID is reserved by an application service.");
    },
    checkOwn(userId, token) {
      const service = services.find((each) => each.token === token);
      if (!service) throw new MatrixError(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.");
      if (!service.isInterested(userId)) {
        const text = "Invalid user localpart for this application service.";
        throw new MatrixError(400, "M_EXCLUSIVE", text);
      }
    },
  };
}
