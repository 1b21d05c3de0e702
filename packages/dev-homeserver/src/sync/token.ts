import { invalidParam } from "../errors.ts";

/** A place between two events of the stream, as clients carry it: after everything up to `position`. */
export const writeToken = (position: number): string => `s${position}`;

/** Reads a sync or pagination token. @throws MatrixError 400 `M_INVALID_PARAM` */
export function readToken(token: string): number {
  const match = /^s(\d{1,15})$/.exec(token);
  if (!match) throw invalidParam(`"${token}" is not a token of this server`);
  return Number(match[1]);
}
