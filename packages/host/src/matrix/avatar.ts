import { Readable } from "node:stream";
import { AppError } from "../errors.ts";
import type { HostMatrixClient } from "./client.ts";
import { type MatrixHttp, parseAnswer } from "./http.ts";

/** What an avatar may be: what browsers show, and nothing that holds a script. */
export const AVATAR_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
export const MAX_AVATAR_BYTES = 2 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** An image and its type. */
export interface Avatar {
  type: string;
  bytes: Buffer;
}

/** Puts an image into the homeserver's media repository, and gives its mxc URI. */
export async function uploadAvatar(
  client: HostMatrixClient,
  http: MatrixHttp,
  avatar: Avatar,
): Promise<string> {
  const url = client.urlOf("/_matrix/media/v3/upload");
  const { type, bytes } = avatar;
  const answer = await http.stream({
    ...{ method: "POST", url, accessToken: client.accessToken, body: Readable.from([bytes]) },
    headers: { "content-type": type, "content-length": String(bytes.length) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { content_uri } = parseAnswer(new URL(url), answer, await answer.body.text()) as {
    content_uri: string;
  };
  return content_uri;
}

/**
 * Gets the image of an mxc URI.
 *
 * @throws AppError `HOMESERVER_REFUSED` for what is no image that may be shown, or too large; MatrixError
 */
export async function downloadAvatar(
  client: HostMatrixClient,
  http: MatrixHttp,
  mxc: string,
): Promise<Avatar> {
  const [, server, id] = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(mxc) ?? [];
  if (!server || !id) throw refused(`The avatar's address ${mxc} is no mxc URI.`);
  const url = client.urlOf(`/_matrix/client/v1/media/download/${encodeURIComponent(server)}/${id}`);
  const { accessToken } = client;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await http.stream({ method: "GET", url, accessToken, signal });
  if (answer.statusCode !== 200) parseAnswer(new URL(url), answer, await answer.body.text());
  const type = String(answer.headers["content-type"]).split(";")[0]?.trim() ?? "";
  if (!AVATAR_TYPES.includes(type)) {
    answer.body.destroy();
    throw refused(`The avatar is ${type}, and no image that can be shown here.`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > MAX_AVATAR_BYTES) throw refused(`The avatar is larger than ${MAX_AVATAR_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return { type, bytes: Buffer.concat(chunks) };
}

const refused = (text: string) => new AppError("HOMESERVER_REFUSED", text);
