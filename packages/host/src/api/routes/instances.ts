import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { InstanceService, MayConfigure } from "../../services/instances.ts";
import type { Page } from "../../store/page.ts";
import {
  FailedDelivery,
  Instance,
  InstanceChange,
  InstancePermission,
  LogLine,
  NewInstance,
  PageQuery,
} from "../contract.ts";
import { knownOf } from "../if-match.ts";
import { sendPage } from "../paging.ts";
import { toFailedDelivery, toInstance, toInstancePermission, toLogLine } from "../views.ts";

interface ById {
  Params: { id: string };
}
type PageById = ById & { Querystring: PageQuery };

/** As many lines as are kept. */
const USUAL_LINES = 500;
const USUAL_FAILED = 200;

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
      toInstance(await instances.change(request.params.id, request.body, mayOf(request), knownOf(request))),
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

  app.get<PageById>(
    "/instances/:id/logs",
    { schema: { querystring: PageQuery, response: { 200: Type.Array(LogLine) } } },
    async (request, reply) => {
      const read = (page: Page) => instances.logs(request.params.id, page);
      // A log is read downwards.
      return sendPage(request, reply, { list: "log", usual: USUAL_LINES, read }).reverse().map(toLogLine);
    },
  );

  app.get<PageById>(
    "/instances/:id/failed-deliveries",
    { schema: { querystring: PageQuery, response: { 200: Type.Array(FailedDelivery) } } },
    async (request, reply) => {
      const read = (page: Page) => instances.failedDeliveries(request.params.id, page);
      return sendPage(request, reply, { list: "failed", usual: USUAL_FAILED, read }).map(toFailedDelivery);
    },
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
