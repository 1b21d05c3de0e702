import type { MatrixEvent } from "../event.ts";
import { fromBase64, type Outcome, toBase64 } from "../protocol/index.ts";
import {
  type WebhookInfo,
  type WebhookMethod,
  webhookEvent,
  webhookKey,
  webhookLane,
} from "../protocol/webhook.ts";
import type { TestAnswer } from "./test-bot.ts";

/** A request to a webhook. */
export interface TestRequest {
  method?: WebhookMethod;
  headers?: Record<string, string>;
  /** What is neither a text nor bytes is sent as JSON. */
  body?: unknown;
  /** 127.0.0.1 unless told. */
  address?: string;
}

/** What became of it: the sender's answer, and what the bot sent. */
export interface TestResponse {
  /** 202 where it is stored before it is handled; `bot.outcome` tells how that ended. */
  status: number;
  headers: Record<string, string>;
  body: string;
  sent: TestAnswer[];
}

/**
 * Makes the event of a request, and what its sender is answered once it is handled.
 *
 * @throws Error where there is no such webhook
 */
export function callOf(webhooks: readonly WebhookInfo[], target: string, request: TestRequest, id: number) {
  const { method = "POST", headers = {}, address = "127.0.0.1" } = request;
  const url = `http://127.0.0.1/plugins/test${target}`;
  const path = target.split("?")[0] ?? "";
  const route = webhooks.find((each) => each.method === method && each.path === path);
  if (!route) {
    const names = webhooks.map(webhookKey).join(", ") || "none";
    throw new Error(`The plugin has no webhook "${method} ${path}"; it has: ${names}.`);
  }
  const [bytes, type] = bodyOf(request.body);
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const event: MatrixEvent = webhookEvent(`$request${id}`, Date.now(), {
    ...{ method, path, url, address, body64: toBase64(bytes) },
    headers: { ...(type === null ? {} : { "content-type": type }), ...Object.fromEntries(lowered) },
  });
  return { lane: webhookLane(route), event, answerOf: (outcome?: Outcome) => answerOf(route, outcome) };
}

function bodyOf(body: unknown): [Uint8Array, string | null] {
  if (body === undefined) return [new Uint8Array(), null];
  if (body instanceof Uint8Array) return [body, "application/octet-stream"];
  if (typeof body === "string") return [new TextEncoder().encode(body), "text/plain"];
  return [new TextEncoder().encode(JSON.stringify(body)), "application/json"];
}

/** As a host answers. */
function answerOf({ reply }: WebhookInfo, outcome?: Outcome): Omit<TestResponse, "sent"> {
  if (!reply) return { status: 202, headers: {}, body: "" };
  if (outcome?.answer) {
    const { status, headers, body64 } = outcome.answer;
    return { status, headers, body: new TextDecoder().decode(fromBase64(body64)) };
  }
  return { status: outcome?.error?.code === "RETRY_LATER" ? 503 : 500, headers: {}, body: "" };
}
