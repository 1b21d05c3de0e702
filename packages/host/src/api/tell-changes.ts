import type { FastifyInstance } from "fastify";
import { CHANGING, type EventFeed } from "../services/event-feed.ts";

/** Tells who listens of every change that came through the API, behind its answer. */
export function tellChanges(app: FastifyInstance, feed: Pick<EventFeed, "publish">, prefix: string): void {
  app.addHook("onResponse", async ({ routeOptions }, { statusCode }) => {
    const { config, url = "" } = routeOptions;
    if (!config?.access?.change || statusCode >= 400) return;
    const [first = ""] = url.slice(prefix.length + 1).split("/");
    const of = CHANGING.find((name) => name === (first === "catalogue" ? "plugins" : first));
    if (of) feed.publish({ kind: "changed", of });
  });
}
