import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { findFile, type Post } from "./post.ts";
import { answerSlowly } from "./slow.ts";

/** Plays the hosts of *.cdninstagram.com and *.fbcdn.net, which serve pictures and videos. */
export function answerCdn(posts: Iterable<Post>, request: IncomingMessage, response: ServerResponse): void {
  const found = findFile(posts, new URL(request.url ?? "/", "https://cdn").pathname);
  if (!found) {
    response.writeHead(404, { "content-type": "text/plain" }).end("Bad URL hash");
    return;
  }
  const { mimetype, bytes } = found.file;
  const { fault } = found;
  switch (fault?.kind) {
    case "slow":
      answerSlowly(response, fault.how, mimetype);
      return;
    case "missing":
      response.writeHead(404, { "content-type": "text/plain" }).end("Bad URL timestamp");
      return;
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><title>Error</title>");
      return;
    case "large":
      response.writeHead(200, {
        "content-type": mimetype,
        ...(fault.declared && { "content-length": fault.bytes }),
      });
      pipeline(Readable.from(padded(bytes, fault.bytes)), response).catch(() => response.destroy());
      return;
    default:
      response.writeHead(200, { "content-type": mimetype, "content-length": bytes.length }).end(bytes);
  }
}

/** The file, then zeros up to `total` bytes. Nothing is held in memory. */
function* padded(file: Buffer, total: number): Generator<Buffer> {
  yield file.subarray(0, total);
  const zeros = Buffer.alloc(64 * 1024);
  for (let left = total - file.length; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
}
