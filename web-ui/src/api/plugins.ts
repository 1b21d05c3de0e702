import type { Plugin } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { live } from "./live.ts";
import { request } from "./request.ts";

/** What a plugin asks for or was given. */
export type Permissions = Plugin["requested"];

const at = (id: string, rest = "") => `/plugins/${encodeURIComponent(id)}${rest}`;

export const pluginsQuery = queryOptions(
  live({ queryKey: ["plugins"], queryFn: () => request<Plugin[]>("GET", "/plugins") }),
);

function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(["plugins", "instances"].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

export function useUploadPlugin() {
  return useMutation({
    mutationFn: (bundle: Blob) => request<Plugin>("POST", "/plugins", bundle),
    onSuccess: useRefresh(),
  });
}

export function useGrant(id: string) {
  return useMutation({
    mutationFn: (grants: Permissions) => request<Plugin>("PUT", at(id, "/grants"), grants),
    onSuccess: useRefresh(),
  });
}

export function useUninstallPlugin(id: string) {
  return useMutation({ mutationFn: () => request<void>("DELETE", at(id)), onSuccess: useRefresh() });
}
