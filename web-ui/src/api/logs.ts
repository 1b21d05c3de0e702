import type { LogLine } from "@rookery/host/api";
import { queryOptions } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { request } from "./request.ts";

/** What an instance logged, as far as the page saw it. */
export interface Log {
  /** The newest last. */
  lines: readonly LogLine[];
  /** The IDs of lines before which others are missing. */
  gaps: ReadonlySet<number>;
}

/** The host keeps the newest 500; the page keeps what it saw, up to this many. */
export const MOST_LINES = 10_000;
const AT_ONCE = 500;

/** The log of an instance. It grows while it is looked at, beyond what the host keeps. */
export const logsQuery = (id: string) => {
  const queryKey = ["instances", id, "logs"] as const;
  return queryOptions(
    live({
      queryKey,
      queryFn: async ({ client }) => {
        const newest = await request<LogLine[]>("GET", `/instances/${encodeURIComponent(id)}/logs`);
        return grown(client.getQueryData<Log>(queryKey), newest);
      },
      // To compare ten thousand lines would take longer than to show the new ones.
      structuralSharing: false,
    }),
  );
};

/** A log and what the host has of it now. */
export function grown(known: Log | undefined, newest: readonly LogLine[], most = MOST_LINES): Log {
  const last = known?.lines.at(-1);
  const first = newest[0];
  if (!known || !last || !first) return { lines: newest, gaps: new Set() };
  const added = newest.filter(({ id }) => id > last.id);
  if (added.length === 0) return known;
  const isGap = added.length === newest.length && newest.length >= AT_ONCE;
  const lines = [...known.lines, ...added].slice(-most);
  return { lines, gaps: isGap ? new Set(known.gaps).add(first.id) : known.gaps };
}
