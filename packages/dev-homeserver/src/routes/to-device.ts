import { Type } from "typebox";
import { type Route, route } from "../http/route.ts";
import { isObject } from "../json.ts";
import type { Services } from "../services.ts";

type Parts = Pick<Services, "sessions" | "toDevice" | "stream" | "waiters">;

/** Messages to single devices. */
export function toDeviceRoutes({ sessions, toDevice, stream, waiters }: Parts): Route[] {
  const byDevice = Type.Record(Type.String(), Type.Unknown());
  return [
    route({
      method: "PUT",
      path: "/_matrix/client/v3/sendToDevice/:type/:transactionId",
      body: Type.Object({ messages: Type.Record(Type.String(), byDevice) }),
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
