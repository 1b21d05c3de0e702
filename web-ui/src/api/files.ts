import type { InstanceFiles } from "@rookery/host/api";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { gather } from "./gather.ts";
import { live } from "./live/live.ts";
import { ask, request } from "./request.ts";

export type InstanceFile = InstanceFiles["files"][number];

const at = (id: string, rest = "") => `/instances/${encodeURIComponent(id)}/files${rest}`;
const fileAt = (id: string, file: string) => at(id, `/${encodeURIComponent(file)}`);

/** What an instance's plugin holds now. */
export const filesQuery = (id: string) =>
  queryOptions(
    live({ queryKey: ["instances", id, "files"], queryFn: () => request<InstanceFiles>("GET", at(id)) }),
  );

/** Where the browser downloads one: however large it is, it is not held in memory. */
export const fileHref = (id: string, file: string) => `/api/v1${fileAt(id, file)}`;

/** Its bytes, or `null` where there are more of them than `most`. It does not change while it is held. */
export const contentQuery = (id: string, file: string, most: number) =>
  queryOptions({
    queryKey: ["file-content", id, file],
    queryFn: async () => gather(await ask("GET", fileAt(id, file)), most, () => undefined),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });

/** @param onDone comes also where the file has vanished from the page before the answer came */
export function useRemoveFile(id: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: string) => request<void>("DELETE", fileAt(id, file)),
    onSuccess: onDone,
    onSettled: () => void client.invalidateQueries({ queryKey: filesQuery(id).queryKey }),
  });
}
