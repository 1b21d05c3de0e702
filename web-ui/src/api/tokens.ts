import type { ApiToken, CreatedApiToken, NewApiToken, OpenSession } from "@rookery/host/api";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

/** Where one is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: () => request<OpenSession[]>("GET", "/sessions"),
});

/** One's own API tokens. */
export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: () => request<ApiToken[]>("GET", "/tokens"),
});

export function useEndSession() {
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/sessions/${encodeURIComponent(id)}`),
    onSettled: useRefresh("sessions"),
  });
}

export function useEndOtherSessions() {
  return useMutation({
    mutationFn: () => request<void>("DELETE", "/sessions"),
    onSettled: useRefresh("sessions"),
  });
}

export function useCreateToken() {
  return useMutation({
    mutationFn: (body: NewApiToken) => request<CreatedApiToken>("POST", "/tokens", body),
    onSuccess: useRefresh("tokens"),
  });
}

export function useRevokeToken() {
  return useMutation({
    mutationFn: (id: string) => request<void>("DELETE", `/tokens/${encodeURIComponent(id)}`),
    onSettled: useRefresh("tokens"),
  });
}
