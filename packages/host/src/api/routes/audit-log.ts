import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Audit } from "../../services/audit.ts";
import type { Page } from "../../store/page.ts";
import { AuditEntry, AuditQuery } from "../contract.ts";
import { sendPage } from "../paging.ts";
import { toAuditEntry } from "../views.ts";

const USUAL = 50;

export function auditLogRoutes(app: FastifyInstance, audit: Audit): void {
  app.get<{ Querystring: AuditQuery }>(
    "/audit-log",
    { schema: { querystring: AuditQuery, response: { 200: Type.Array(AuditEntry) } } },
    async (request, reply) => {
      const { user: userName, action } = request.query;
      const read = (page: Page) => audit.page({ ...page, userName, action });
      return sendPage(request, reply, { list: "audit", usual: USUAL, read }).map(toAuditEntry);
    },
  );
}
