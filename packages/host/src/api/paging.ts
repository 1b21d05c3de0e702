import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { Page } from "../store/page.ts";
import type { PageQuery } from "./contract.ts";

/**
 * One page of a list that grows, from its newest entry on; the next page's address is in the header `Link`
 * (RFC 8288) as long as there is one. The cursor is where the page ended, so that new entries shift nothing.
 *
 * @param list its name, so that no cursor fits another list
 * @param usual how many entries come unless the request says so
 * @param read gives the entries of a page, the newest first
 * @throws AppError `BAD_REQUEST` for a cursor that is none of this list
 */
export function sendPage<Entry extends { id: number }>(
  { url, query }: FastifyRequest<{ Querystring: PageQuery }>,
  reply: FastifyReply,
  { list, usual, read }: { list: string; usual: number; read: (page: Page) => Entry[] },
): Entry[] {
  const { cursor } = query;
  const limit = Number(query.limit ?? usual);
  // One more says whether there is a next page.
  const found = read({ before: cursor === undefined ? undefined : idIn(cursor, list), limit: limit + 1 });
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  if (last && found.length > limit) {
    reply.header("link", nextPage(url, query, list, last.id));
  }
  return entries;
}

/** The address of a list's next page, for the header `Link`. */
export function nextPage(url: string, query: object, list: string, at: number): string {
  const { pathname } = new URL(url, "http://host");
  const next = new URLSearchParams({ ...query, cursor: cursorOf(at, list) });
  return `<${pathname}?${next}>; rel="next"`;
}

const cursorOf = (id: number, list: string) => Buffer.from(`${list} ${id}`).toString("base64url");

/** Where a cursor of the list goes on. @throws AppError `BAD_REQUEST` */
export function idIn(cursor: string, list: string): number {
  const [name, id = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
  if (name === list && /^[0-9]{1,16}$/.test(id)) return Number(id);
  const text = "This cursor is none of this list. Take the address of the next page from the header Link.";
  throw new AppError("BAD_REQUEST", text, {
    fields: [{ path: "/cursor", message: "is no cursor of this list" }],
  });
}
