import type { Playground } from "@rookery/host/api";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./request.ts";

/** The built-in homeserver, or `null` where it is switched off. */
export const playgroundQuery = queryOptions({
  queryKey: ["playground"],
  queryFn: () => request<Playground>("GET", "/playground"),
  staleTime: 60_000,
});
