import type { FastifyInstance } from "fastify";
import { type History as HistoryService, lastSteps, type Steps } from "../../services/history.ts";
import type { InstanceService } from "../../services/instances.ts";
import type { Usage as UsageNow } from "../../services/usage.ts";
import { History, HistoryQuery, InstanceHistory, InstanceHistoryQuery, Usage } from "../contract.ts";

const HOUR_MS = 60 * 60_000;

/** The numbers of the charts, and what the host and its workers use. */
export function historyRoutes(
  app: FastifyInstance,
  history: HistoryService,
  instances: Pick<InstanceService, "get">,
  usage: () => UsageNow,
): void {
  app.get<{ Querystring: HistoryQuery }>(
    "/history",
    { schema: { querystring: HistoryQuery, response: { 200: History } } },
    async ({ query }) => {
      const steps = lastSteps(Number(query.hours ?? 24), HOUR_MS, Date.now());
      const { total, host, ...more } = history.overview(steps);
      const all = more.instances.map(({ instanceId, ...series }) => ({ id: instanceId, ...series }));
      return { ...toSteps(steps), total, instances: all, host };
    },
  );

  app.get<{ Params: { id: string }; Querystring: InstanceHistoryQuery }>(
    "/instances/:id/history",
    { schema: { querystring: InstanceHistoryQuery, response: { 200: InstanceHistory } } },
    async ({ params, query: { hours = "24", stepMinutes = "60" } }) => {
      const { id } = instances.get(params.id);
      const steps = lastSteps(Number(hours), Number(stepMinutes) * 60_000, Date.now());
      return { ...toSteps(steps), ...history.of(id, steps) };
    },
  );

  app.get("/usage", { schema: { response: { 200: Usage } } }, async () => usage());
}

const toSteps = ({ from, stepMs }: Steps) => ({
  from: new Date(from).toISOString(),
  stepSeconds: stepMs / 1000,
});
