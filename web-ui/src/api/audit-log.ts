import type { AuditEntry } from "@rookery/host/api";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { requestPage } from "./request.ts";

/** Who changed what, the newest first. */
export const auditLogQuery = (filter: { user?: string; action?: string }) =>
  infiniteQueryOptions({
    queryKey: ["audit-log", filter],
    queryFn: ({ pageParam }) => requestPage<AuditEntry>(pageParam),
    initialPageParam: `/audit-log?${new URLSearchParams(filter)}`,
    getNextPageParam: ({ next }) => next,
  });
