import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { NoticeService } from "../../services/notices.ts";
import { Notice } from "../contract.ts";

/** `/healthz` says that the process lives; it needs no session. */
export function healthRoute(app: FastifyInstance): void {
  const schema = { response: { 200: Type.Object({ status: Type.Literal("ok") }) } };
  app.get("/healthz", { schema }, async () => ({ status: "ok" as const }));
}

export function noticeRoutes(app: FastifyInstance, notices: NoticeService): void {
  app.get("/notices", { schema: { response: { 200: Type.Array(Notice) } } }, async () => notices.list());
}
