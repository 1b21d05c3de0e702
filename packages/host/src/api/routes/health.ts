import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Health } from "../../services/health.ts";
import type { NoticeService } from "../../services/notices.ts";
import { Notice, Readiness } from "../contract.ts";

/** `/healthz` says that the process lives, `/readyz` that it can do its work. Neither needs a session. */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  const alive = { response: { 200: Type.Object({ status: Type.Literal("ok") }) } };
  app.get("/healthz", { schema: alive }, async () => ({ status: "ok" as const }));

  const ready = { response: { 200: Readiness, 503: Readiness } };
  app.get("/readyz", { schema: ready }, async (_request, reply) => {
    const checks = health.checks();
    const problems = checks.flatMap(({ problem }) => problem ?? []);
    const status = problems.length === 0 ? "ready" : "not ready";
    return reply.code(problems.length === 0 ? 200 : 503).send({ status, problems, checks });
  });
}

export function noticeRoutes(app: FastifyInstance, notices: NoticeService): void {
  app.get("/notices", { schema: { response: { 200: Type.Array(Notice) } } }, async () => notices.list());
}
