import type { Grants, OfferedPlugin, Plugin } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { live } from "./live/live.ts";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";
import { sendFile } from "./send-file.ts";

/** What a plugin asks for or was given. */
export type Permissions = Plugin["requested"];

const at = (id: string, rest = "") => `/plugins/${encodeURIComponent(id)}${rest}`;

export const pluginsQuery = queryOptions(
  live({ queryKey: ["plugins"], queryFn: () => request<Plugin[]>("GET", "/plugins") }),
);

/** The bundles that come with Rookery. Under the plugins, so that it is renewed with them. */
export const catalogueQuery = queryOptions({
  queryKey: ["plugins", "catalogue"],
  queryFn: () => request<OfferedPlugin[]>("GET", "/catalogue"),
});

export function useInstallOffered() {
  return useMutation({
    mutationFn: (id: string) => request<Plugin>("POST", "/catalogue", { id }),
    onSettled: useRefreshAll(),
  });
}

const useRefreshAll = () => useRefresh("plugins", "instances", "notices");

/** @param onSent hears how many bytes of the bundle have left the browser */
export function useUploadPlugin(onSent: (bytes: number) => void) {
  const headers = { accept: "application/json", "content-type": "application/octet-stream" };
  return useMutation({
    mutationFn: ({ bundle, signal }: { bundle: Blob; signal: AbortSignal }) =>
      sendFile<Plugin>("/plugins", bundle, headers, onSent, signal),
    // Also where it failed: a version that was rolled back is told with its plugin.
    onSettled: useRefreshAll(),
  });
}

/** @param known given with the grants, they are refused where the plugin is another by now */
export function useGrant(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ known, ...grants }: Grants & { known?: string }) =>
      request<Plugin>("PUT", at(id, "/grants"), grants, known),
    // The next grants are in place of these.
    onSuccess: (plugin) =>
      client.setQueryData(pluginsQuery.queryKey, (list) =>
        list?.map((each) => (each.id === plugin.id ? plugin : each)),
      ),
    onSettled: useRefreshAll(),
  });
}

/** The version that waits takes its place, whoever signed it; `grants` are given before that. */
export function useAcceptUpgrade(id: string) {
  return useMutation({
    mutationFn: async ({ sha256, grants }: { sha256: string; grants: Permissions | null }) => {
      if (grants) await request<Plugin>("PUT", at(id, "/grants"), grants);
      return request<Plugin>("POST", at(id, "/upgrade"), { sha256 });
    },
    onSettled: useRefreshAll(),
  });
}

/** Discards the version that waits, and the notice of one that was rolled back. */
export function useDismissUpgrade(id: string) {
  return useMutation({
    mutationFn: () => request<Plugin>("DELETE", at(id, "/upgrade")),
    onSuccess: useRefreshAll(),
  });
}

export function useRollBack(id: string) {
  return useMutation({
    mutationFn: () => request<Plugin>("POST", at(id, "/rollback")),
    onSettled: useRefreshAll(),
  });
}

/** @param onDone comes also where the plugin has vanished from the page before the answer came */
export function useUninstallPlugin(id: string, onDone: () => void) {
  const refresh = useRefreshAll();
  return useMutation({
    mutationFn: () => request<void>("DELETE", at(id)),
    onSuccess: () => {
      onDone();
      return refresh();
    },
  });
}
