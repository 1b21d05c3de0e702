import { Type } from "typebox";
import type { Session } from "../accounts/sessions.ts";
import { notFound } from "../errors.ts";
import { accessTokenOf } from "../http/access-token.ts";
import { type Route, route } from "../http/route.ts";
import type { Services } from "../services.ts";
import type { DeviceRow } from "../store/accounts.ts";

/** The logged-in devices of a user. */
export function deviceRoutes({
  accountStore,
  sessions,
  appservices,
  checkPassword,
}: Pick<Services, "accountStore" | "sessions" | "appservices" | "checkPassword">): Route[] {
  const write = (device: DeviceRow) => ({
    device_id: device.device_id,
    user_id: device.user_id,
    last_seen_ts: device.last_seen,
    ...(device.display_name === null ? {} : { display_name: device.display_name }),
  });

  function existing(userId: string, deviceId: string): DeviceRow {
    const device = accountStore.devicesOf(userId).find((row) => row.device_id === deviceId);
    if (!device) throw notFound(`You have no device ${deviceId}`);
    return device;
  }

  /** Logs devices out, with the password of who asks. Those that are not there are gone already. */
  async function remove(deviceIds: readonly string[], auth: unknown, session: Session) {
    await checkPassword(auth, session);
    for (const device of sessions.of(session.userId))
      if (deviceIds.includes(device.deviceId)) sessions.close(device);
    return {};
  }

  return [
    route({
      method: "GET",
      path: "/_matrix/client/v3/account/whoami",
      handle: (_call, { userId, deviceId, isAppservice }) => ({
        user_id: userId,
        ...(isAppservice ? {} : { device_id: deviceId }),
        is_guest: false,
      }),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/logout",
      handle(_call, session) {
        // The token of an application service is in its registration file, and stays good.
        if (!session.isAppservice) sessions.close(session);
        return {};
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/logout/all",
      handle(_call, { userId }) {
        for (const session of sessions.of(userId)) sessions.close(session);
        return {};
      },
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/devices",
      handle: (_call, { userId }) => ({ devices: accountStore.devicesOf(userId).map(write) }),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/devices/:deviceId",
      handle: ({ params }, { userId }) => write(existing(userId, params.deviceId)),
    }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/devices/:deviceId",
      body: Type.Object({ display_name: Type.Optional(Type.String()) }),
      handle({ params, body, request, query }, { userId, isAppservice }) {
        const { deviceId } = params;
        const isThere = accountStore.devicesOf(userId).some((row) => row.device_id === deviceId);
        // Source: application service API, "Device management".
        if (
          !isThere &&
          isAppservice &&
          appservices.devicesOf(accessTokenOf(request, query) ?? "") === "put"
        ) {
          sessions.open(userId, deviceId, body.display_name);
          return {};
        }
        const device = existing(userId, params.deviceId);
        if (body.display_name !== undefined) accountStore.renameDevice(device.device_key, body.display_name);
        return {};
      },
    }),
    route({
      method: "DELETE",
      path: "/_matrix/client/v3/devices/:deviceId",
      body: Type.Object({ auth: Type.Optional(Type.Unknown()) }),
      handle: ({ params, body }, session) => remove([params.deviceId], body.auth, session),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/delete_devices",
      body: Type.Object({ devices: Type.Array(Type.String()), auth: Type.Optional(Type.Unknown()) }),
      handle: ({ body }, session) => remove(body.devices, body.auth, session),
    }),
  ];
}
