import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";

/** The ETags by which whoever changes something knows it; `undefined` where any will do. */
export type Known = readonly string[] | undefined;

/**
 * Names a state of what people can change of something: the same for the same, in whatever order its keys
 * are. What changes by itself (a status, a count) must not be in it.
 *
 * @returns a strong entity tag of RFC 9110, quotes included
 */
export function etagOf(changeable: Record<string, unknown>): string {
  const hash = createHash("sha256").update(JSON.stringify(changeable, sorted)).digest("base64url");
  return `"${hash.slice(0, 22)}"`;
}

/** @throws AppError `CHANGED_MEANWHILE` */
export function checkKnown(known: Known, etag: string, what: string): void {
  if (known === undefined || known.includes(etag)) return;
  const text = `${what} was changed since you read it. Nothing was done: read it anew, look whether your change still fits, and send it with the new ETag.`;
  throw new AppError("CHANGED_MEANWHILE", text);
}

function sorted(_key: string, part: unknown): unknown {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
}
