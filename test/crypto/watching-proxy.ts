import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** What somebody sent into an encrypted room. */
export interface Sent {
  sessionId: string;
  /** Where the ratchet stood: no two events of a session may have the same. */
  index: number;
  ciphertext: string;
}

/** Stands between a bot and its homeserver, and sees all that the bot sends: also what the homeserver has already. */
export interface WatchingProxy extends AsyncDisposable {
  url: string;
  sent: Sent[];
}

export async function startWatchingProxy(homeserverUrl: string): Promise<WatchingProxy> {
  const { hostname, port } = new URL(homeserverUrl);
  const sent: Sent[] = [];
  const server = createServer((incoming, answer) => {
    const { method, url, headers } = incoming;
    const outgoing = request({ hostname, port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    // The bot is killed in mid-request; what it sent until then counts.
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
    if (method === "PUT" && url?.includes("/send/m.room.encrypted/")) {
      json(incoming).then(
        (content) => sent.push(readMegolm(content as { session_id: string; ciphertext: string })),
        () => {},
      );
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A Megolm message: version 3, then the index as a varint with the tag 8. */
export function readMegolm({ session_id, ciphertext }: { session_id: string; ciphertext: string }): Sent {
  const bytes = Buffer.from(ciphertext, "base64");
  if (bytes[0] !== 3 || bytes[1] !== 8) throw new Error("This is no Megolm message.");
  let index = 0;
  for (let at = 2, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    index |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { sessionId: session_id, index, ciphertext };
  }
}
