import { MatrixError } from "./requester.ts";

export interface Upload {
  /** The share of the file that is sent, from 0 to 1. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Uploads a file and gives its mxc URI. `fetch` cannot report progress; XMLHttpRequest can. */
export function uploadMedia(
  access: { basePath: string; accessToken: string },
  file: Blob,
  name: string,
  { onProgress, signal }: Upload,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${access.basePath}/_matrix/media/v3/upload?filename=${encodeURIComponent(name)}`);
    request.setRequestHeader("authorization", `Bearer ${access.accessToken}`);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => {
      const answer = (request.response ?? {}) as { content_uri?: string; errcode?: string; error?: string };
      if (request.status === 200 && answer.content_uri) return resolve(answer.content_uri);
      reject(
        new MatrixError(
          request.status,
          answer.errcode ?? "M_UNKNOWN",
          answer.error ?? `The homeserver refused the file with status ${request.status}.`,
        ),
      );
    };
    request.onerror = () => reject(new Error("The connection broke while the file was uploaded."));
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
