import type { Configuration, Readiness } from "@rookery/host/api";
import { queryOptions } from "@tanstack/react-query";
import { UnreachableError } from "./problem.ts";
import { request } from "./request.ts";

/** With what Rookery was started: it does not change while it runs. */
export const configurationQuery = queryOptions({
  queryKey: ["configuration"],
  queryFn: () => request<Configuration>("GET", "/configuration"),
});

const EVERY_MS = 10_000;

/** What monitors are told, which is outside of the API: a host that is not ready answers with 503. */
export const readinessQuery = queryOptions({
  queryKey: ["readiness"],
  queryFn: async (): Promise<Readiness> => {
    const response = await fetch("/readyz").catch((error: unknown) => {
      throw new UnreachableError(error);
    });
    return (await response.json()) as Readiness;
  },
  refetchInterval: EVERY_MS,
});
