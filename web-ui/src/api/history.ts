import type { History, InstanceHistory, Usage } from "@rookery/host/api";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./request.ts";

/** Charts of hours need not be newer. */
const EVERY_MS = 30_000;
const USAGE_MS = 5_000;

/** What all instances did in the last 24 hours, by the hour, and what the host used. */
export const historyQuery = queryOptions({
  queryKey: ["history"],
  queryFn: () => request<History>("GET", "/history"),
  refetchInterval: EVERY_MS,
});

/** What one did, by the quarter of an hour. */
export const instanceHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: ["history", id],
    queryFn: () =>
      request<InstanceHistory>("GET", `/instances/${encodeURIComponent(id)}/history?stepMinutes=15`),
    refetchInterval: EVERY_MS,
  });

/** What the host and its workers use now. */
export const usageQuery = queryOptions({
  queryKey: ["usage"],
  queryFn: () => request<Usage>("GET", "/usage"),
  refetchInterval: USAGE_MS,
});
