import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { InstanceService, MayConfigure } from "../../services/instances.ts";
import {
  FailedDelivery,
  Instance,
  InstanceChange,
  InstancePermission,
  LogLine,
  NewInstance,
} from "../contract.ts";
import { knownOf } from "../if-match.ts";
import { toFailedDelivery, toInstance, toInstancePermission, toLogLine } from "../views.ts";

interface ById {
  Params: { id: string };
}

/** Secrets are an admin's to set. */
const mayOf = ({ asker }: FastifyRequest): MayConfigure => ({ secrets: asker?.role === "admin" });

export function instanceRoutes(app: FastifyInstance, instances: InstanceService): void {
  const one = { schema: { response: { 200: Instance } } };

  app.get("/instances", { schema: { response: { 200: Type.Array(Instance) } } }, async () =>
    instances.list().map(toInstance),
  );

  app.post<{ Body: NewInstance }>(
    "/instances",
    { schema: { body: NewInstance, response: { 201: Instance } } },
    async (request, reply) =>
      reply.code(201).send(toInstance(await instances.create(request.body, mayOf(request)))),
  );

  app.get<ById>("/instances/:id", one, async ({ params }) => toInstance(instances.get(params.id)));

  app.patch<ById & { Body: InstanceChange }>(
    "/instances/:id",
    { schema: { body: InstanceChange, response: { 200: Instance } } },
    async (request) =>
      toInstance(
        await instances.change(request.params.id, request.body, mayOf(request), knownOf(request)),
      ),
  );

  app.delete<ById>("/instances/:id", async (request, reply) => {
    await instances.remove(request.params.id, knownOf(request));
    return reply.code(204).send();
  });

  app.post<ById>("/instances/:id/start", one, async (request) =>
    toInstance(await instances.change(request.params.id, { enabled: true }, undefined, knownOf(request))),
  );
  app.post<ById>("/instances/:id/stop", one, async (request) =>
    toInstance(await instances.change(request.params.id, { enabled: false }, undefined, knownOf(request))),
  );
  app.post<ById>("/instances/:id/restart", one, async ({ params }) =>
    toInstance(await instances.restart(params.id)),
  );

  app.delete<ById>("/instances/:id/overflow", one, async ({ params }) =>
    toInstance(instances.dismissOverflow(params.id)),
  );

  app.get<ById>(
    "/instances/:id/permissions",
    { schema: { response: { 200: Type.Array(InstancePermission) } } },
    async ({ params }) => instances.permissions(params.id).map(toInstancePermission),
  );

  app.get<ById>(
    "/instances/:id/logs",
    { schema: { response: { 200: Type.Array(LogLine) } } },
    async ({ params }) => instances.logs(params.id).map(toLogLine),
  );

  app.get<ById>(
    "/instances/:id/failed-deliveries",
    { schema: { response: { 200: Type.Array(FailedDelivery) } } },
    async ({ params }) => instances.failedDeliveries(params.id).map(toFailedDelivery),
  );

  const delivery = Type.Object({ id: Type.String(), delivery: Type.String({ pattern: "^[0-9]{1,15}$" }) });
  app.post<{ Params: { id: string; delivery: string } }>(
    "/instances/:id/failed-deliveries/:delivery/rerun",
    { schema: { params: delivery } },
    async ({ params }, reply) => {
      instances.rerun(params.id, Number(params.delivery));
      return reply.code(204).send();
    },
  );
}
