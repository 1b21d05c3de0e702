import type { DatabaseAnswer } from "../protocol/database.ts";
import type { Authorizer } from "./authorizer.ts";

const SQLITE_FULL = 13;

/** What an author reads of an error of SQLite's. */
export function toFailure(
  thrown: unknown,
  { takeReason }: Authorizer,
  megabytes: number,
): DatabaseAnswer & { error: string } {
  const reason = takeReason();
  const { message, errcode } = thrown as { message: string; errcode?: number };
  const full = `The database is full: it may have ${megabytes} MB; or the disk is.`;
  const error = errcode === SQLITE_FULL ? full : (reason ?? message);
  return { error, ...(errcode === undefined ? {} : { sqlite: errcode }) };
}
