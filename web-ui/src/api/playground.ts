import type { Playground } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { request } from "./request.ts";

/** The built-in homeserver, or `null` where it is switched off. */
export const playgroundQuery = queryOptions({
  queryKey: ["playground"],
  queryFn: () => request<Playground>("GET", "/playground"),
  staleTime: 60_000,
});

/** Somebody else to speak as, in the same room. */
export function useAddPerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<Playground>("POST", "/playground/people", { name }),
    onSuccess: (playground) => client.setQueryData(playgroundQuery.queryKey, playground),
  });
}
