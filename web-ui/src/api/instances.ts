import type {
  FailedDelivery,
  Instance,
  InstanceChange,
  InstancePermission,
  NewInstance,
} from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { logsQuery } from "./logs.ts";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

export type InstanceAction = "start" | "stop" | "restart";

const at = (id: string, rest = "") => `/instances/${encodeURIComponent(id)}${rest}`;

export const instancesQuery = queryOptions(
  live({ queryKey: ["instances"], queryFn: () => request<Instance[]>("GET", "/instances") }),
);

export const instanceQuery = (id: string) =>
  queryOptions(live({ queryKey: ["instances", id], queryFn: () => request<Instance>("GET", at(id)) }));

export const instancePermissionsQuery = (id: string) =>
  queryOptions(
    live({
      queryKey: ["instances", id, "permissions"],
      queryFn: () => request<InstancePermission[]>("GET", at(id, "/permissions")),
    }),
  );

/** The newest events whose handler threw. */
export const failedQuery = (id: string) =>
  queryOptions(
    live({
      queryKey: ["instances", id, "failed"],
      queryFn: () => request<FailedDelivery[]>("GET", at(id, "/failed-deliveries")),
    }),
  );

/** Any change of instances also changes who uses which plugin and account. */
const useRefreshAll = () => useRefresh("instances", "plugins", "accounts");

export function useCreateInstance() {
  return useMutation({
    mutationFn: (body: NewInstance) => request<Instance>("POST", "/instances", body),
    onSuccess: useRefreshAll(),
  });
}

/** @param known given with a change, it is refused where the instance is another by now */
export function useChangeInstance(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ known, ...body }: InstanceChange & { known?: string }) =>
      request<Instance>("PATCH", at(id), body, known),
    // The next change is to that.
    onSuccess: (instance) => client.setQueryData(instanceQuery(id).queryKey, instance),
    // Also where it was refused: what it is now is to be seen.
    onSettled: useRefreshAll(),
  });
}

export function useInstanceAction(id: string) {
  const client = useQueryClient();
  const refresh = useRefreshAll();
  return useMutation({
    mutationFn: (action: InstanceAction) => request<Instance>("POST", at(id, `/${action}`)),
    onSuccess: (instance) => {
      // The next change is to that.
      client.setQueryData(instanceQuery(id).queryKey, instance);
      refresh();
    },
  });
}

/** Runs what failed again. */
export function useRerun(id: string) {
  return useMutation({
    mutationFn: (delivery: number) => request<void>("POST", at(id, `/failed-deliveries/${delivery}/rerun`)),
    onSettled: useRefresh("instances"),
  });
}

/** The operator knows what was refused. */
export function useDismissOverflow(id: string) {
  return useMutation({
    mutationFn: () => request<Instance>("DELETE", at(id, "/overflow")),
    onSuccess: useRefresh("instances", "notices"),
  });
}

export function useDeleteInstance(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>("DELETE", at(id)),
    onSuccess: () => {
      // Another of the same name has a log of its own.
      client.removeQueries({ queryKey: logsQuery(id).queryKey });
      // The lists, but not the instance itself, which is on the screen for a moment longer.
      for (const list of ["instances", "plugins", "accounts"]) {
        void client.invalidateQueries({ queryKey: [list], exact: true });
      }
    },
  });
}
