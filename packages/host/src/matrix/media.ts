import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../errors.ts";
import { discard, received } from "./body.ts";
import type { HostMatrixClient } from "./client.ts";
import { type MatrixHttp, parseAnswer } from "./http.ts";

interface UploadOptions {
  client: HostMatrixClient;
  http: MatrixHttp;
  path: string;
  size: number;
  type: string;
  name?: string | undefined;
  signal: AbortSignal;
}

/**
 * Streams a file from the disk to the homeserver's media repository.
 *
 * @returns its `mxc://` URI
 * @throws MatrixError `M_TOO_LARGE` and others, AppError `HOMESERVER_UNREACHABLE`
 */
export async function uploadFile({
  client,
  http,
  path,
  size,
  type,
  name,
  signal,
}: UploadOptions): Promise<string> {
  const url = client.urlOf("/_matrix/media/v3/upload", name === undefined ? null : { filename: name });
  // Opened before it is sent, so that a file that is gone is not taken for a homeserver that is.
  await using file = await open(path);
  const answer = await client.mediaInTurn(() =>
    http.stream({
      method: "POST",
      url,
      accessToken: client.accessToken,
      headers: { "content-type": type, "content-length": String(size) },
      body: file.createReadStream({ autoClose: false }),
      signal,
    }),
  );
  const body = parseAnswer(new URL(url), answer, await answer.body.text());
  return (body as { content_uri: string }).content_uri;
}

/**
 * Streams media from the homeserver to the disk (authenticated media, in the specification since v1.11).
 *
 * @throws AppError `TOO_LARGE` once more than `maxBytes` came, `NETWORK_FAILED` where it breaks off
 */
export async function downloadMedia(options: {
  client: HostMatrixClient;
  http: MatrixHttp;
  mxc: string;
  path: string;
  maxBytes: number;
  charge: (bytes: number) => void;
  signal: AbortSignal;
}): Promise<number> {
  const { client, http, mxc, path, maxBytes, charge, signal } = options;
  const [, server, id] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(mxc) ?? [];
  if (!server || !id) throw new AppError("BAD_REQUEST", `"${mxc}" is not an mxc URI.`);
  const url = client.urlOf(`/_matrix/client/v1/media/download/${encodeURIComponent(server)}/${id}`);
  const answer = await client.mediaInTurn(() =>
    http.stream({ method: "GET", url, accessToken: client.accessToken, signal }),
  );
  if (answer.statusCode !== 200) parseAnswer(new URL(url), answer, await answer.body.text());
  return await saveCapped(answer.body, path, maxBytes, charge);
}

/**
 * Writes the body of an answer to a file and gives its size.
 *
 * @param charge told of each part before it is written; what it throws ends the writing
 * @throws AppError `TOO_LARGE` beyond `maxBytes`, whatever was declared; `NETWORK_FAILED` where it breaks off
 */
export async function saveCapped(
  body: Readable,
  path: string,
  maxBytes: number,
  charge: (bytes: number) => void,
): Promise<number> {
  let size = 0;
  const cap = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      size += chunk.length;
      if (size > maxBytes) {
        next(new AppError("TOO_LARGE", `The file is larger than ${maxBytes} bytes.`));
        return;
      }
      try {
        charge(chunk.length);
        next(null, chunk);
      } catch (error) {
        next(error as Error);
      }
    },
  });
  try {
    await pipeline(received(body), cap, createWriteStream(path, { mode: 0o600 }));
    return size;
  } finally {
    discard(body);
  }
}
