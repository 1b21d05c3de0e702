import type { IncomingMessage } from "node:http";

/**
 * Where a request came from. A proxy on this machine says it in `X-Forwarded-For`, at the end, behind
 * whatever the sender itself wrote there. For people and logs, not for trust.
 */
export function senderAddress({ socket, headers }: IncomingMessage): string {
  const address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const isLocal = address === "::1" || address.startsWith("127.");
  const forwarded = headers["x-forwarded-for"];
  if (!isLocal || typeof forwarded !== "string") return address;
  return forwarded.split(",").at(-1)?.trim().slice(0, 64) || address;
}
