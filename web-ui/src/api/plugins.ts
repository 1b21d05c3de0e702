import type { Grants, OfferedPlugin, Plugin } from "@rookery/host/api";
import { queryOptions, useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
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

const useRefreshAll = () => useRefresh("plugins", "instances", "notices");

/** The answer to a change is what the next one is to: of the plugin, and of instances, whose configs a version may fit anew. */
function useNowKnown(): (plugin: Plugin) => void {
  const client = useQueryClient();
  return (plugin) => {
    client.setQueryData(pluginsQuery.queryKey, (list) =>
      list?.map((each) => (each.id === plugin.id ? plugin : each)),
    );
    client.removeQueries({
      queryKey: ["instances"],
      type: "inactive",
      predicate: ({ queryKey: [, id, part] }) => part === undefined && plugin.instances.includes(String(id)),
    });
  };
}

/** What is changed of an installed plugin. */
function usePluginChange<Body = void>(id: string, send: (body: Body) => Promise<Plugin>) {
  return useMutation({
    mutationKey: changeOf(id),
    mutationFn: send,
    onSuccess: useNowKnown(),
    onSettled: useRefreshAll(),
  });
}

const changeOf = (id: string) => ["plugins", id];

/** Whether a change of it is under way: one more could not know of that. */
export const useIsPluginChanging = (id: string) => useIsMutating({ mutationKey: changeOf(id) }) > 0;

export function useInstallOffered() {
  return useMutation({
    mutationFn: (id: string) => request<Plugin>("POST", "/catalogue", { id }),
    onSuccess: useNowKnown(),
    onSettled: useRefreshAll(),
  });
}

/** @param onSent hears how many bytes of the bundle have left the browser */
export function useUploadPlugin(onSent: (bytes: number) => void) {
  const headers = { accept: "application/json", "content-type": "application/octet-stream" };
  return useMutation({
    mutationFn: ({ bundle, signal }: { bundle: Blob; signal: AbortSignal }) =>
      sendFile<Plugin>("/plugins", bundle, headers, onSent, signal),
    onSuccess: useNowKnown(),
    // Also where it failed: a version that was rolled back is told with its plugin.
    onSettled: useRefreshAll(),
  });
}

/** @param known given with the grants, they are refused where the plugin is another by now */
export const useGrant = (id: string) =>
  usePluginChange(id, ({ known, ...grants }: Grants & { known?: string }) =>
    request<Plugin>("PUT", at(id, "/grants"), grants, known),
  );

/** The version that waits takes its place, whoever signed it; `grants` are given before that. */
export const useAcceptUpgrade = (id: string) =>
  usePluginChange(id, async ({ sha256, grants }: { sha256: string; grants: Permissions | null }) => {
    if (grants) await request<Plugin>("PUT", at(id, "/grants"), grants);
    return await request<Plugin>("POST", at(id, "/upgrade"), { sha256 });
  });

/** Discards the version that waits, and the notice of one that was rolled back. */
export const useDismissUpgrade = (id: string) =>
  usePluginChange(id, () => request<Plugin>("DELETE", at(id, "/upgrade")));

export const useRollBack = (id: string) =>
  usePluginChange(id, () => request<Plugin>("POST", at(id, "/rollback")));

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
