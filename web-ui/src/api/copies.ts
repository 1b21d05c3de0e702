import type { DuplicateInstance, ImportQuery, Instance } from "@rookery/host/api";
import { useMutation } from "@tanstack/react-query";
import { gather } from "./gather.ts";
import { UnreachableError } from "./problem.ts";
import { useRefresh } from "./refresh.ts";
import { ask, request } from "./request.ts";
import { sendFile } from "./send-file.ts";

/** Where a browser can have it no larger: Chromium bounds what all its pages hold by the memory and the disk. */
export const MOST_EXPORTED = 1_000_000_000;

/** A new instance also changes who uses its plugin and its account. */
const useRefreshAll = () => useRefresh("instances", "plugins", "accounts");

export function useDuplicate() {
  return useMutation({
    mutationFn: (body: DuplicateInstance) => request<Instance>("POST", "/instances/duplicate", body),
    onSuccess: useRefreshAll(),
  });
}

/**
 * The instance as one file, called as the host calls it.
 *
 * @param onBytes hears how many bytes of it there are
 * @returns `null` where it is larger than {@link MOST_EXPORTED}
 */
export async function exportOf(
  id: string,
  passphrase: string | undefined,
  onBytes: (bytes: number) => void,
): Promise<{ file: Blob; name: string } | null> {
  const body = passphrase === undefined ? {} : { passphrase };
  const response = await ask("POST", `/instances/${encodeURIComponent(id)}/export`, body);
  const file = await gather(response, MOST_EXPORTED, onBytes).catch((error: unknown) => {
    throw new UnreachableError(error);
  });
  const named = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "");
  return file && { file, name: named?.[1] ?? `${id}.rookery.tar.gz` };
}

export interface ImportedFile {
  file: Blob;
  query: ImportQuery;
  passphrase?: string;
}

/** @param onSent hears how many bytes of the file have left the browser */
export function useImport(onSent: (bytes: number) => void) {
  return useMutation({
    mutationFn: ({ file, query, passphrase, signal }: ImportedFile & { signal: AbortSignal }) => {
      const headers = {
        ...{ accept: "application/json", "content-type": "application/gzip" },
        ...(passphrase === undefined ? {} : { "rookery-passphrase": base64(passphrase) }),
      };
      const path = `/instances/import?${new URLSearchParams(query)}`;
      return sendFile<Instance>(path, file, headers, onSent, signal);
    },
    // Also where it was cancelled: it may have been there already.
    onSettled: useRefreshAll(),
  });
}

/** Of its UTF-8: a header has no letters beyond ASCII. */
const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
