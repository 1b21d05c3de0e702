import type { FastifyInstance } from "fastify";
import { type History as HistoryService, lastSteps, type Steps } from "../../services/history.ts";
import type { InstanceService } from "../../services/instances.ts";
import type { Usage as UsageNow } from "../../services/usage.ts";
import { History, HistoryQuery, InstanceHistory, Usage } from "../contract.ts";

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
      const steps = stepsOf(query);
      const { total, host, ...more } = history.overview(steps);
      const all = more.instances.map(({ instanceId, ...series }) => ({ id: instanceId, ...series }));
      return { ...toSteps(steps), total, instances: all, host };
    },
  );

  app.get<{ Params: { id: string }; Querystring: HistoryQuery }>(
    "/instances/:id/history",
    { schema: { querystring: HistoryQuery, response: { 200: InstanceHistory } } },
    async ({ params, query }) => {
      const { id } = instances.get(params.id);
      const steps = stepsOf(query);
      const { instanceId: _, ...series } = history.of(id, steps);
      return { ...toSteps(steps), ...series };
    },
  );

  app.get("/usage", { schema: { response: { 200: Usage } } }, async () => usage());
}

const stepsOf = ({ hours = "24", stepMinutes = "60" }: HistoryQuery) =>
  lastSteps(Number(hours), Number(stepMinutes) * 60_000, Date.now());

const toSteps = ({ from, stepMs }: Steps) => ({
  from: new Date(from).toISOString(),
  stepSeconds: stepMs / 1000,
});
