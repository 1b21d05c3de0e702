import { Type } from "typebox";
import { openRoute, type Route } from "../http/route.ts";
import type { Injector } from "../rooms/inject.ts";

const content = Type.Record(Type.String(), Type.Unknown());

/** For benchmarks only: floods without a request per message. Served when the option `inject` is set. */
export function injectRoutes({ inject, feed }: Injector): Route[] {
  return [
    openRoute({
      method: "POST",
      path: "/_rookery/inject",
      bodyLimit: 256 * 1024 * 1024,
      body: Type.Object({
        bursts: Type.Array(
          Type.Object({ room_id: Type.String(), sender: Type.String(), contents: Type.Array(content) }),
        ),
      }),
      handle: ({ body }) => ({
        event_ids: body.bursts.map(({ room_id, sender, contents }) => inject(room_id, sender, contents)),
      }),
    }),
    openRoute({
      method: "POST",
      path: "/_rookery/feed",
      bodyLimit: 256 * 1024 * 1024,
      body: Type.Object({
        user_id: Type.String(),
        per_sync: Type.Integer({ minimum: 1 }),
        messages: Type.Array(Type.Object({ room_id: Type.String(), sender: Type.String(), content })),
      }),
      async handle({ body: { user_id, per_sync, messages } }) {
        const flood = messages.map((it) => ({ roomId: it.room_id, sender: it.sender, content: it.content }));
        return { event_ids: await feed(user_id, per_sync, flood) };
      },
    }),
  ];
}
