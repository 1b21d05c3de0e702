import { invalidParam } from "../errors.ts";

const MAX_LIMIT = 1000;

/** The `limit` of a paginated request: at most 1000. @throws MatrixError 400 `M_INVALID_PARAM` */
export function readLimit(query: URLSearchParams, otherwise: number): number {
  const text = query.get("limit");
  if (text === null) return otherwise;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw invalidParam(`limit is a whole number, not "${text}"`);
  return Math.min(limit, MAX_LIMIT);
}

/** The `dir` of a paginated request. @throws MatrixError 400 `M_INVALID_PARAM` */
export function readDirection(query: URLSearchParams, otherwise?: "b" | "f"): "b" | "f" {
  const text = query.get("dir") ?? otherwise;
  if (text !== "b" && text !== "f") throw invalidParam("dir is b or f");
  return text;
}
