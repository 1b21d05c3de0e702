import type { FastifyInstance } from "fastify";
import type { Audit } from "../../services/audit.ts";
import { AuditPage, AuditQuery } from "../contract.ts";
import { toAuditEntry } from "../views.ts";

const PAGE = 50;

export function auditLogRoutes(app: FastifyInstance, audit: Audit): void {
  app.get<{ Querystring: AuditQuery }>(
    "/audit-log",
    { schema: { querystring: AuditQuery, response: { 200: AuditPage } } },
    async ({ query: { before, limit = PAGE, user, action } }) => {
      const wanted = Number(limit);
      const entries = audit.page({
        ...{ before: before === undefined ? undefined : Number(before), userName: user, action },
        limit: wanted,
      });
      return {
        entries: entries.map(toAuditEntry),
        next: entries.length < wanted ? null : (entries.at(-1)?.id ?? null),
      };
    },
  );
}
