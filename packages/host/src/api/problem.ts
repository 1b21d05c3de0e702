import { STATUS_CODES } from "node:http";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { AppError, ERRORS } from "../errors.ts";
import { whyUnwritable } from "../store/unwritable.ts";
import type { Problem } from "./contract.ts";

/** Answers every error as RFC 9457 problem details; what is the host's own fault goes to the log. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500) request.log.error({ err: error }, problem.detail);
  if (problem.status === 401) reply.header("www-authenticate", "Bearer");
  const wait = error instanceof AppError ? error.data?.retryAfterSeconds : undefined;
  if (wait !== undefined) reply.header("retry-after", wait);
  return reply.code(problem.status).type("application/problem+json").send(problem);
}

/** What Fastify finds before it looks at a body's form. */
const UNREADABLE: Record<string, string> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: "is empty",
  FST_ERR_CTP_INVALID_JSON_BODY:
    "is not JSON, or has a key that is never accepted (`__proto__`, `constructor`)",
};

function toProblem(error: unknown): Problem {
  if (error instanceof AppError) {
    const { status, title } = ERRORS[error.code];
    const fields = error.fields === undefined ? {} : { fields: error.fields };
    const { approvalUrl: url } = error.data ?? {};
    const approval = url === undefined ? {} : { approvalUrl: String(url) };
    return {
      ...{ type: "about:blank", title, status, code: error.code, detail: error.message },
      ...{ ...fields, ...approval },
    };
  }
  const unwritable = whyUnwritable(error);
  if (unwritable !== null) {
    const detail = `This could not be stored: ${unwritable}. Nothing was changed; try again when that is mended.`;
    return { type: "about:blank", ...ERRORS.DATA_UNWRITABLE, code: "DATA_UNWRITABLE", detail };
  }
  const { code, statusCode, validation, message } = error as Partial<FastifyError>;
  if (code !== undefined && code in UNREADABLE) {
    const reason = UNREADABLE[code] ?? "";
    const fields = [{ path: "", message: reason }];
    const detail = `The request is not of the expected form: its body ${reason}.`;
    return { type: "about:blank", ...ERRORS.BAD_REQUEST, code: "BAD_REQUEST", detail, fields };
  }
  if (validation) {
    const fields = validation.map(({ instancePath, message = "is not valid" }) => ({
      path: instancePath,
      message,
    }));
    const detail = `The request is not of the expected form: ${fields[0]?.path || "it"} ${fields[0]?.message}.`;
    return { type: "about:blank", ...ERRORS.BAD_REQUEST, code: "BAD_REQUEST", detail, fields };
  }
  if (statusCode !== undefined && statusCode < 500) {
    const title = STATUS_CODES[statusCode] ?? "The request failed";
    return {
      type: "about:blank",
      title,
      status: statusCode,
      code: codeOf(statusCode),
      detail: message ?? title,
    };
  }
  const detail = "Rookery failed to do this. Its log says why.";
  return { type: "about:blank", ...ERRORS.INTERNAL, code: "INTERNAL", detail };
}

function codeOf(status: number): string {
  return Object.entries(ERRORS).find(([, error]) => error.status === status)?.[0] ?? "BAD_REQUEST";
}
