import type { OperatorQuestion } from "@rookery/plugin-sdk/sqlite";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { Audit } from "../../services/audit.ts";
import type { InstanceDatabaseService } from "../../services/instance-databases.ts";
import { includesRole } from "../../store/roles.ts";
import { Database, DatabaseQuery, DatabaseRows, PageQuery } from "../contract.ts";
import { askerOf, visitorOf } from "../gate.ts";
import { idIn, nextPage } from "../paging.ts";
import { fromSqlValue, toCsv, toSqlValue } from "../sql-values.ts";

interface Asked {
  Params: { id: string };
  Querystring: PageQuery;
}

const USUAL = 100;
const JSON_BYTES = 4 * 1024 * 1024;
/** A table is written to a file in fewer steps than it is looked at. */
const CSV = { rows: 50_000, bytes: 8 * 1024 * 1024 };
/** Of a statement, in the audit log. */
const MAX_SQL = 2_000;

const rowsOr = {
  200: {
    description: "The rows, as JSON or, with `Accept: text/csv`, as CSV (50,000 or 8 MiB of them at once).",
    content: {
      "application/json": { schema: DatabaseRows },
      "text/csv": { schema: Type.String() },
    },
  },
};

/** An instance's database, within the walls that its plugin's SQL has. */
export function databaseRoutes(app: FastifyInstance, databases: InstanceDatabaseService, audit: Audit): void {
  const wantsCsv = ({ headers }: FastifyRequest) => /\btext\/csv\b/.test(headers.accept ?? "");

  function windowOf(request: FastifyRequest<Asked>): Pick<OperatorQuestion, "offset" | "rows" | "bytes"> {
    const { limit, cursor } = request.query;
    const offset = cursor === undefined ? 0 : idIn(cursor, "rows");
    const most = wantsCsv(request) ? CSV : { rows: USUAL, bytes: JSON_BYTES };
    return { ...most, ...(limit === undefined ? {} : { rows: Number(limit) }), offset };
  }

  async function send(request: FastifyRequest<Asked>, reply: FastifyReply, question: OperatorQuestion) {
    const { columns, rows, more, changes } = await databases.ask(request.params.id, question);
    // What wrote must not be sent again.
    if (more && !("write" in question && question.write)) {
      const at = question.offset + rows.length;
      reply.header("link", nextPage(request.url, request.query, "rows", at));
    }
    reply.header("vary", "accept").header("cache-control", "no-store");
    if (!wantsCsv(request)) {
      return { columns, rows: rows.map((row) => row.map(toSqlValue)), more, changes };
    }
    reply.type("text/csv; charset=utf-8").header("content-disposition", "attachment");
    return toCsv(columns, rows);
  }

  app.get<{ Params: { id: string } }>(
    "/instances/:id/database",
    { schema: { response: { 200: Database } } },
    async ({ params }) => {
      const found = await databases.tables(params.id);
      if (!found) return { exists: false, bytes: 0, migrations: 0, tables: [] };
      const { bytes, version, tables } = found;
      return { exists: true, bytes, migrations: version, tables };
    },
  );

  app.get<Asked & { Params: { table: string } }>(
    "/instances/:id/database/tables/:table",
    { schema: { querystring: PageQuery, response: rowsOr } },
    async (request, reply) => {
      const question = { table: request.params.table, ...windowOf(request) };
      return await send(request, reply, question);
    },
  );

  app.post<Asked & { Body: DatabaseQuery }>(
    "/instances/:id/database/query",
    { schema: { querystring: PageQuery, body: DatabaseQuery, response: rowsOr } },
    async (request, reply) => {
      const { sql, params = [], write = false } = request.body;
      const question = { sql, params: params.map(fromSqlValue), write, ...windowOf(request) };
      if (!write) return await send(request, reply, question);
      const asker = askerOf(request);
      if (!includesRole(asker.role, "deployer")) {
        const text = `To write needs the role deployer; you may act as ${asker.role} only.`;
        throw new AppError("FORBIDDEN", text);
      }
      if (question.offset > 0) {
        throw new AppError(
          "BAD_REQUEST",
          "A statement that writes has no further pages: it would write again.",
        );
      }
      const record = (after: object, error: string | null) => {
        const deed = { action: "database.write", target: request.params.id, error };
        audit.record({ ...deed, after: { sql: sql.slice(0, MAX_SQL), ...after } }, asker, visitorOf(request));
      };
      try {
        const answer = await send(request, reply, question);
        record(typeof answer === "string" ? {} : { changes: answer.changes }, null);
        return answer;
      } catch (error) {
        if (error instanceof AppError && error.code === "DATABASE") record({}, error.code);
        throw error;
      }
    },
  );
}
