import type { Notice } from "@rookery/host/api";
import { queryOptions } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { request } from "./request.ts";

/** What needs attention and belongs to no instance or account. */
export const noticesQuery = queryOptions(
  live({ queryKey: ["notices"], queryFn: () => request<Notice[]>("GET", "/notices") }),
);
