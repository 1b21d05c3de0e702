import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../errors.ts";
import { notThere, refusal, type WebhookReply } from "../runtime/webhook-reply.ts";
import type { Webhooks } from "../runtime/webhooks.ts";
import { letGo, readBody, SenderGone, saysTooLarge } from "./body.ts";
import { EVERY_ANSWER, ownHeaders } from "./headers.ts";
import { createLimits } from "./limits.ts";
import { senderAddress } from "./sender-address.ts";
import { readTarget, type Target } from "./target.ts";

/** The HTTP server of webhooks: its own, with nothing else on it. */
export interface WebhookListener {
  /** A webhook's address, as people enter it where it is to be called. */
  url(instanceId: string, path: string): string;
  /** @throws AppError `CONFIG_INVALID` where it cannot listen */
  listen(): Promise<void>;
  /** Takes nothing more, and gives what is being answered a moment. */
  close(): Promise<void>;
}

export interface WebhookListenerOptions {
  webhooks: Pick<Webhooks, "methods" | "isOpen" | "receive" | "answered">;
  port: number;
  host: string;
  publicUrl?: string | undefined;
  maxBodyBytes: number;
  perSecond: number;
  onError: (message: string, error: unknown) => void;
  times?: Partial<typeof TIMES>;
}

const TIMES = {
  /** For all headers of a request, and for all of it. */
  headersMs: 10_000,
  requestMs: 30_000,
  /** Between requests. */
  keepAliveMs: 5_000,
  /** A connection on which nothing moves; longer than a handler may take. */
  idleMs: 60_000,
  closeMs: 5_000,
};
const MAX_CONNECTIONS = 256;
const MAX_REQUESTS_PER_CONNECTION = 100;
const MAX_HEADER_BYTES = 16 * 1024;

const notFound = refusal(404, "There is nothing here.");
const tooLarge = refusal(413, "The body is too large.");
const tooFast = refusal(429, "Too many requests.", 1);
const tooMany = refusal(503, "Too many requests at once.", 1);
const closing = refusal(503, "It is being stopped.", 5);
const broken = refusal(500, "Rookery itself failed; its log says why.");

export function createWebhookListener(options: WebhookListenerOptions): WebhookListener {
  const { webhooks, port, host, maxBodyBytes, perSecond, onError } = options;
  if (options.publicUrl !== undefined && !URL.canParse(options.publicUrl)) {
    throw new AppError("CONFIG_INVALID", `webhooks.publicUrl is no address: ${options.publicUrl}`);
  }
  const times = { ...TIMES, ...options.times };
  const limits = createLimits(perSecond);
  let isClosing = false;
  let running = 0;
  let onIdle: (() => void) | undefined;

  const server = createServer({
    headersTimeout: times.headersMs,
    requestTimeout: times.requestMs,
    connectionsCheckingInterval: Math.min(times.headersMs, 2_000),
    keepAliveTimeout: times.keepAliveMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
  server.setTimeout(times.idleMs);
  server.on("request", (request, response) => void serve(request, response, false));
  // Who asks before sending a body is answered first.
  server.on("checkContinue", (request, response) => void serve(request, response, true));

  async function serve(request: IncomingMessage, response: ServerResponse, asks: boolean): Promise<void> {
    running++;
    request.on("error", () => undefined);
    try {
      send(request, response, await answer(request, () => asks && response.writeContinue()), asks);
    } catch (error) {
      if (error instanceof SenderGone) return;
      onError("A request to a webhook could not be answered.", error);
      send(request, response, broken, asks);
    } finally {
      if (--running === 0) onIdle?.();
    }
  }

  async function answer(request: IncomingMessage, goOn: () => unknown): Promise<WebhookReply> {
    if (isClosing) return closing;
    const target = readTarget(request.url ?? "");
    const methods = target ? webhooks.methods(target.instanceId, target.path) : [];
    if (!target || methods.length === 0) return notFound;
    const { method = "" } = request;
    const allow = { allow: [...methods, "OPTIONS"].join(", ") };
    if (method === "OPTIONS") return { status: 204, headers: allow, body: "" };
    if (!methods.includes(method)) {
      const refused = refusal(405, "The method is not one of this webhook.");
      return { ...refused, headers: { ...refused.headers, ...allow } };
    }
    const reply = await take(request, target, goOn);
    webhooks.answered(target.instanceId, method, target.path, reply.status);
    return reply;
  }

  async function take(request: IncomingMessage, target: Target, goOn: () => unknown): Promise<WebhookReply> {
    const { instanceId, path } = target;
    const { method = "", url = "" } = request;
    const limit = limits.enter(instanceId);
    if (limit !== null) return limit === "too-fast" ? tooFast : tooMany;
    try {
      const about = { method, path, url: base() + url, address: senderAddress(request) };
      const whole = { ...about, headers: ownHeaders(request.headers), body: Buffer.alloc(0) };
      // Before the body is read, which may be long.
      if (!webhooks.isOpen(instanceId, method, path)) return notThere;
      if (saysTooLarge(request, maxBodyBytes)) return tooLarge;
      goOn();
      const body = await readBody(request, maxBodyBytes);
      return body === null ? tooLarge : await webhooks.receive(instanceId, { ...whole, body });
    } finally {
      limits.leave(instanceId);
    }
  }

  function send(
    request: IncomingMessage,
    response: ServerResponse,
    { status, headers, body }: WebhookReply,
    asks: boolean,
  ): void {
    // A body that was not asked for may come or not, so what comes next cannot be told from it.
    const end = isClosing || (asks && !request.complete) ? { connection: "close" } : {};
    response.writeHead(status, { ...headers, ...EVERY_ANSWER, ...end });
    response.end(body);
    if (!request.complete) letGo(request);
  }

  function base(): string {
    if (options.publicUrl !== undefined) return options.publicUrl.replace(/\/+$/, "");
    const name = host.includes(":") ? `[${host}]` : host;
    return `http://${name}:${(server.address() as AddressInfo | null)?.port ?? port}`;
  }

  return {
    url: (instanceId, path) => `${base()}/plugins/${instanceId}${path}`,

    async listen() {
      try {
        await new Promise<void>((resolve, reject) => {
          server.once("error", reject);
          server.listen(port, host, resolve);
        });
      } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        const why = code === "EADDRINUSE" ? "it is in use" : message;
        const text = `Webhooks cannot be served on port ${port} of ${host}: ${why}. Choose another with webhooks.port and webhooks.host.`;
        throw new AppError("CONFIG_INVALID", text, { cause });
      }
      server.on("error", (error) => onError("The webhook listener failed.", error));
    },

    async close() {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      if (running > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, times.closeMs);
          onIdle = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        // What was just answered is on its way.
        await new Promise((resolve) => setImmediate(resolve));
      }
      server.closeAllConnections();
      await closed;
    },
  };
}
