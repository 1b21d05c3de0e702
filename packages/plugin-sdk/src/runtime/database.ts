import type { Database } from "../database.ts";
import type { DatabaseRequest, RunResult, SqlParameters, SqlRow } from "../protocol/database.ts";
import { HostError } from "../protocol/errors.ts";
import { DATABASE_LIMITS } from "../sqlite/limits.ts";
import type { HostLink } from "./host-link.ts";

/** `bot.database`: what it does goes through the host to where the instance's SQLite is. */
export function createDatabase(host: HostLink): Database {
  let depth = 0;

  function ask<T>(request: DatabaseRequest): T {
    const answer = host.database(request);
    if ("ok" in answer) return answer.ok as T;
    const { error, sqlite } = answer;
    throw new HostError("DATABASE", error, sqlite === undefined ? undefined : { sqlite });
  }

  function statement<T>(op: "run" | "get" | "all", sql: string, params: unknown[]): T {
    if (typeof sql !== "string") throw new HostError("DATABASE", "A statement is a text.");
    return ask<T>({ op, sql, params: checked(params), depth });
  }

  return Object.freeze<Database>({
    run: (sql: string, ...params: unknown[]) => statement<RunResult>("run", sql, params),
    get: <T = SqlRow>(sql: string, ...params: unknown[]) =>
      statement<T | null>("get", sql, params) ?? undefined,
    all: <T = SqlRow>(sql: string, ...params: unknown[]) => statement<T[]>("all", sql, params),
    transaction<T>(work: () => T): T {
      ask({ op: "begin", depth });
      depth++;
      try {
        const result = work();
        if (isThenable(result)) {
          const text = "A transaction's function must be synchronous: await before it or after it.";
          throw new HostError("DATABASE", text);
        }
        ask({ op: "commit", depth });
        return result;
      } catch (error) {
        ask({ op: "rollback", depth });
        throw error;
      } finally {
        depth--;
      }
    },
  });
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Says which parameter is none before it crosses to where it would be refused without its name. */
function checked(params: unknown[]): SqlParameters {
  const [first] = params;
  if (params.length === 1 && typeof first === "object" && first !== null && !isBytes(first)) {
    for (const [name, value] of Object.entries(first)) check(`"${name}"`, value);
    return [{ ...first }] as SqlParameters;
  }
  params.forEach((value, index) => {
    check(String(index + 1), value);
  });
  return params as SqlParameters;
}

function check(name: string, value: unknown): void {
  // What would be refused there need not cross to it.
  if ((typeof value === "string" || value instanceof Uint8Array) && value.length > DATABASE_LIMITS.value) {
    throw new HostError("DATABASE", `The parameter ${name} is larger than ${DATABASE_LIMITS.value} bytes.`);
  }
  if (value === null || isBytes(value) || ["number", "bigint", "string"].includes(typeof value)) return;
  const kind = typeof value === "object" ? "an object" : `of the type ${typeof value}`;
  const text = `The parameter ${name} is ${kind}. SQLite takes null, numbers, bigints, texts and bytes (Uint8Array).`;
  throw new HostError("DATABASE", text);
}

const isBytes = (value: unknown) => value instanceof Uint8Array;
