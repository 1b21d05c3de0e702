import { promisify } from "node:util";
import { constants, gzip as gzipWithCallback } from "node:zlib";
import type { FastifyInstance } from "fastify";

const gzip = promisify(gzipWithCallback);

/**
 * Answers that grow with what is on a host: over a tunnel, five hundred instances take most of a second uncompressed. Only
 * these, and each was looked at: how long a compressed answer is tells of what it holds to who can have some of it
 * be written (BREACH), so none that holds a secret may be here (docs/decisions/0037).
 */
const COMPRESSED: ReadonlySet<string> = new Set(
  [
    ...["/accounts", "/audit-log", "/history", "/instances", "/notices", "/openapi.json", "/plugins"],
    ...["/instances/:id/deliveries", "/instances/:id/history", "/instances/:id/logs"],
  ].map((path) => `/api/v1${path}`),
);

/** Below this, it saves no packet. */
const LEAST_BYTES = 1_400;

/** Compresses long answers of some routes for who takes gzip: cheaply, and beside the event loop. */
export function compressLists(app: FastifyInstance): void {
  app.addHook("onSend", async ({ method, headers, routeOptions: { url } }, reply, payload) => {
    if (method !== "GET" || typeof payload !== "string" || !COMPRESSED.has(url ?? "")) return payload;
    reply.header("vary", "accept-encoding");
    const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(headers["accept-encoding"] ?? "");
    if (!takesGzip || payload.length < LEAST_BYTES) return payload;
    const compressed = await gzip(payload, { level: constants.Z_BEST_SPEED });
    reply.header("content-encoding", "gzip").removeHeader("content-length");
    return compressed;
  });
}
