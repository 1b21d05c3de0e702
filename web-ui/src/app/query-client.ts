import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isStatus, UnreachableError } from "../api/problem.ts";
import { sessionQuery } from "../api/session.ts";

type Navigator = { state: { location: { href: string; pathname: string } }; invalidate(): Promise<void> };

/**
 * The cache of what the host answered. Any 401 ends the session here; the router's
 * guards then lead to the sign-in page and back to where one was.
 */
export function createQueryClient(router: () => Navigator): QueryClient {
  const onError = (error: unknown) => {
    if (!isStatus(error, 401)) return;
    if (!client.getQueryData(sessionQuery.queryKey)) return;
    client.setQueryData(sessionQuery.queryKey, null);
    void router().invalidate();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        retry: (count, error) => error instanceof UnreachableError && count < 1,
        // The host is on this machine or behind a tunnel: the browser's idea of "offline" says nothing.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}
