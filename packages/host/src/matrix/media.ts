import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline as pipe, type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CryptoError, MediaDecryption, MediaEncryption, type MediaKey } from "@rookery/crypto/account";
import { AppError, reasonOf } from "../errors.ts";
import { discard, received } from "./body.ts";
import type { HostMatrixClient } from "./client.ts";
import { type MatrixHttp, parseAnswer } from "./http.ts";

/** What is on the homeserver, and in an encrypted room what opens it there. */
export interface UploadedFile {
  /** `mxc://…` */
  url: string;
  key?: MediaKey;
}

interface UploadOptions {
  client: HostMatrixClient;
  http: MatrixHttp;
  path: string;
  size: number;
  type: string;
  name?: string | undefined;
  /** As an encrypted room needs it: neither name nor type are told then. */
  encrypted?: boolean;
  signal: AbortSignal;
}

/**
 * Streams a file from the disk to the homeserver's media repository.
 *
 * @throws MatrixError `M_TOO_LARGE` and others, AppError `HOMESERVER_UNREACHABLE`
 */
export async function uploadFile({
  client,
  http,
  path,
  size,
  type,
  name,
  encrypted = false,
  signal,
}: UploadOptions): Promise<UploadedFile> {
  const query = name === undefined || encrypted ? null : { filename: name };
  const url = client.urlOf("/_matrix/media/v3/upload", query);
  // Opened before it is sent, so that a file that is gone is not taken for a homeserver that is.
  await using file = await open(path);
  const encryption = encrypted ? new MediaEncryption() : null;
  const answer = await client.mediaInTurn(() =>
    http.stream({
      method: "POST",
      url,
      accessToken: client.accessToken,
      headers: {
        "content-type": encrypted ? "application/octet-stream" : type,
        "content-length": String(size),
      },
      body: through(file.createReadStream({ autoClose: false }), encryption),
      signal,
    }),
  );
  const body = parseAnswer(new URL(url), answer, await answer.body.text());
  const uploaded = { url: (body as { content_uri: string }).content_uri };
  return encryption ? { ...uploaded, key: encryption.mediaKey } : uploaded;
}

/** A break on either side ends both. */
function through(file: Readable, encryption: MediaEncryption | null): Readable {
  return encryption ? pipe(file, encryption, () => undefined) : file;
}

/**
 * Streams media from the homeserver to the disk (authenticated media, in the specification since v1.11).
 *
 * @throws AppError `TOO_LARGE` once more than `maxBytes` came, `NETWORK_FAILED` where it breaks off, `BAD_REQUEST` where
 *   the key is none, or the file another than the one that was encrypted with it
 */
export async function downloadMedia(options: {
  client: HostMatrixClient;
  http: MatrixHttp;
  mxc: string;
  /** Of an encrypted file: an event's `file`. */
  key?: unknown;
  path: string;
  maxBytes: number;
  charge: (bytes: number) => void;
  signal: AbortSignal;
}): Promise<number> {
  const { client, http, mxc, key, path, maxBytes, charge, signal } = options;
  const decryption = key === undefined ? null : decryptionWith(key);
  const [, server, id] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(mxc) ?? [];
  if (!server || !id) throw new AppError("BAD_REQUEST", `"${mxc}" is not an mxc URI.`);
  const url = client.urlOf(`/_matrix/client/v1/media/download/${encodeURIComponent(server)}/${id}`);
  const answer = await client.mediaInTurn(() =>
    http.stream({ method: "GET", url, accessToken: client.accessToken, signal }),
  );
  if (answer.statusCode !== 200) parseAnswer(new URL(url), answer, await answer.body.text());
  return await saveCapped(answer.body, path, maxBytes, charge, decryption);
}

function decryptionWith(key: unknown): MediaDecryption {
  try {
    return new MediaDecryption(key);
  } catch (cause) {
    throw new AppError("BAD_REQUEST", reasonOf(cause), { cause });
  }
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
  decryption: MediaDecryption | null = null,
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
    const file = createWriteStream(path, { mode: 0o600 });
    if (decryption) await pipeline(received(body), cap, decryption, file);
    else await pipeline(received(body), cap, file);
    return size;
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new AppError("BAD_REQUEST", error.message, { cause: error });
  } finally {
    discard(body);
  }
}
