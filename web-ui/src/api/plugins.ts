import type { Plugin } from "@rookery/host/api";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { live } from "./live.ts";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

/** What a plugin asks for or was given. */
export type Permissions = Plugin["requested"];

const at = (id: string, rest = "") => `/plugins/${encodeURIComponent(id)}${rest}`;

export const pluginsQuery = queryOptions(
  live({ queryKey: ["plugins"], queryFn: () => request<Plugin[]>("GET", "/plugins") }),
);

const useRefreshAll = () => useRefresh("plugins", "instances");

export function useUploadPlugin() {
  return useMutation({
    mutationFn: (bundle: Blob) => request<Plugin>("POST", "/plugins", bundle),
    onSuccess: useRefreshAll(),
  });
}

export function useGrant(id: string) {
  return useMutation({
    mutationFn: (grants: Permissions) => request<Plugin>("PUT", at(id, "/grants"), grants),
    onSuccess: useRefreshAll(),
  });
}

export function useUninstallPlugin(id: string) {
  return useMutation({ mutationFn: () => request<void>("DELETE", at(id)), onSuccess: useRefreshAll() });
}
