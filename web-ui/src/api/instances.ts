import type { Instance, InstanceChange, LogLine, NewInstance } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { live } from "./live.ts";
import { request } from "./request.ts";

export type InstanceAction = "start" | "stop" | "restart";

const at = (id: string, rest = "") => `/instances/${encodeURIComponent(id)}${rest}`;

export const instancesQuery = queryOptions(
  live({ queryKey: ["instances"], queryFn: () => request<Instance[]>("GET", "/instances") }),
);

export const instanceQuery = (id: string) =>
  queryOptions(live({ queryKey: ["instances", id], queryFn: () => request<Instance>("GET", at(id)) }));

export const logsQuery = (id: string) =>
  queryOptions(
    live({ queryKey: ["instances", id, "logs"], queryFn: () => request<LogLine[]>("GET", at(id, "/logs")) }),
  );

/** Any change of instances also changes who uses which plugin and account. */
function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ["instances", "plugins", "accounts"].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
}

export function useCreateInstance() {
  return useMutation({
    mutationFn: (body: NewInstance) => request<Instance>("POST", "/instances", body),
    onSuccess: useRefresh(),
  });
}

export function useChangeInstance(id: string) {
  return useMutation({
    mutationFn: (body: InstanceChange) => request<Instance>("PATCH", at(id), body),
    onSuccess: useRefresh(),
  });
}

export function useInstanceAction(id: string) {
  return useMutation({
    mutationFn: (action: InstanceAction) => request<Instance>("POST", at(id, `/${action}`)),
    onSuccess: useRefresh(),
  });
}

export function useDeleteInstance(id: string) {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => request<void>("DELETE", at(id)),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["instances", id] });
      return refresh();
    },
  });
}
