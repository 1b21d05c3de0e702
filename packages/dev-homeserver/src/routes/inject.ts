import { Type } from "typebox";
import { openRoute, type Route } from "../http/route.ts";
import type { Inject } from "../rooms/inject.ts";

/** For benchmarks only: a flood without a request per message. Served when the option `inject` is set. */
export function injectRoutes(inject: Inject): Route[] {
  return [
    openRoute({
      method: "POST",
      path: "/_rookery/inject",
      bodyLimit: 256 * 1024 * 1024,
      body: Type.Object({
        bursts: Type.Array(
          Type.Object({
            room_id: Type.String(),
            sender: Type.String(),
            contents: Type.Array(Type.Record(Type.String(), Type.Unknown())),
          }),
        ),
      }),
      handle: ({ body }) => ({
        event_ids: body.bursts.map(({ room_id, sender, contents }) => inject(room_id, sender, contents)),
      }),
    }),
  ];
}
