import { Type } from "typebox";
import { notFound } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import { isObject } from "../json.ts";
import type { Services } from "../services.ts";

type Parts = Pick<Services, "sessions" | "toDevice" | "stream" | "waiters">;

/**
 * What encryption needs of a server. So far messages to devices are real; keys are taken and not kept,
 * so that clients without encryption find the endpoints they expect. Key storage belongs here.
 */
export function encryptionRoutes({ sessions, toDevice, stream, waiters }: Parts): Route[] {
  const any = Type.Record(Type.String(), Type.Unknown());
  return [
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/upload",
      body: any,
      handle: () => ({ one_time_key_counts: { signed_curve25519: 0 } }),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/query",
      body: any,
      handle: () => ({ device_keys: {}, failures: {} }),
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/keys/claim",
      body: any,
      handle: () => ({ one_time_keys: {}, failures: {} }),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/keys/changes",
      handle: () => ({ changed: [], left: [] }),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/room_keys/version",
      handle() {
        throw notFound("There is no key backup");
      },
    }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/sendToDevice/:type/:transactionId",
      body: Type.Object({ messages: Type.Record(Type.String(), any) }),
      handle({ params: { type, transactionId }, body }, { userId: sender, deviceKey }) {
        if (!toDevice.isFirst(deviceKey, transactionId)) return {};
        for (const [userId, byDevice] of Object.entries(body.messages)) {
          for (const { deviceId, deviceKey: receiver } of sessions.of(userId)) {
            const content = byDevice[deviceId] ?? byDevice["*"];
            if (isObject(content)) toDevice.add(stream.next(), receiver, { sender, type, content });
          }
          waiters.wake(userId);
        }
        return {};
      },
    }),
  ];
}
