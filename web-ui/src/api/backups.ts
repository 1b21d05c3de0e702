import type { Backup } from "@rookery/host/api";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { useRefresh } from "./refresh.ts";
import { request } from "./request.ts";

/** The newest first. */
export const backupsQuery = queryOptions({
  queryKey: ["backups"],
  queryFn: () => request<Backup[]>("GET", "/backups"),
});

const pathOf = (name: string) => `/backups/${encodeURIComponent(name)}`;

/** Where the browser downloads one: however large it is, it is not held in memory. */
export const backupHref = (name: string) => `/api/v1${pathOf(name)}`;

export function useMakeBackup() {
  return useMutation({
    mutationFn: () => request<Backup>("POST", "/backups", {}),
    onSettled: useRefresh("backups", "notices"),
  });
}

export function useRemoveBackup(name: string, onDone: () => void) {
  return useMutation({
    mutationFn: () => request<void>("DELETE", pathOf(name)),
    onSuccess: onDone,
    onSettled: useRefresh("backups"),
  });
}
