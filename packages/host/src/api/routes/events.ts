import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { InstanceService } from "../../services/instances.ts";
import { EventsQuery, FeedData } from "../contract.ts";
import type { EventStreams } from "../event-streams.ts";
import { askerOf } from "../gate.ts";

const DESCRIPTION =
  "Server-sent events, until the session or the token ends. `open`: from here on nothing is missed; `reset`: something was; then `status`, `log` and `deliveries` of instances, and `changed` of everything else.";

/** What happens to the instances, as it happens. */
export function eventRoutes(
  app: FastifyInstance,
  streams: EventStreams,
  instances: Pick<InstanceService, "get">,
): void {
  // What was taken back is gone when it is answered.
  app.addHook("onSend", async ({ method }) => {
    if (method !== "GET" && method !== "HEAD") streams.review();
  });
  app.addHook("preClose", async () => streams.close());

  app.get<{ Querystring: EventsQuery; Headers: { "last-event-id"?: string } }>(
    "/events",
    {
      // It would be opened for nothing.
      exposeHeadRoute: false,
      schema: {
        querystring: EventsQuery,
        headers: Type.Object({
          "last-event-id": Type.Optional(
            Type.String({ description: "Goes on after this one, where what followed is still kept." }),
          ),
        }),
        response: {
          200: { description: DESCRIPTION, content: { "text/event-stream": { schema: FeedData } } },
        },
      },
    },
    async (request, reply) => {
      const asker = askerOf(request);
      const { instance: only = null, logs = null, after } = request.query;
      if (only !== null) instances.get(only);
      streams.check(asker);
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        // nginx would hold events back to fill its buffer.
        "x-accel-buffering": "no",
      });
      // Where a browser came back by itself, its header is newer than the address that it was given.
      const lastId = request.headers["last-event-id"] ?? after;
      streams.open(reply.raw, asker, { only, logs }, lastId);
    },
  );
}
