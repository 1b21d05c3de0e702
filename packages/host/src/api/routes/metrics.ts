import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Metrics } from "../../services/metrics/metrics.ts";

const text = {
  200: {
    description: "All metrics in Prometheus' text format.",
    content: { "text/plain": { schema: Type.String() } },
  },
};

/** What Prometheus reads. It names bots, plugins and user IDs, so that it needs a sign-in. */
export function metricsRoutes(app: FastifyInstance, metrics: Metrics): void {
  app.get("/metrics", { schema: { response: text } }, async (_request, reply) => {
    reply.type("text/plain; version=0.0.4; charset=utf-8").header("cache-control", "no-store");
    return await metrics.text();
  });
}
