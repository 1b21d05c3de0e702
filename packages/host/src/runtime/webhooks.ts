import {
  type ErrorData,
  type Outcome,
  type WebhookInfo,
  webhookEvent,
  webhookKey,
  webhookLane,
  webhookOf,
} from "@rookery/plugin-sdk/protocol";
import { createStatusClasses, type StatusClass, type StatusClasses } from "../status-classes.ts";
import type { InboxEntry, NewDelivery } from "../store/inbox.ts";
import type { WebhookStore } from "../store/webhooks.ts";
import type { InFlight, Runner } from "./dispatcher.ts";
import { checkWebhooks } from "./wanted-webhooks.ts";
import {
  gone,
  known,
  notThere,
  replyOf,
  stored,
  tooLate,
  tooManyWait,
  unstored,
  type WebhookReply,
} from "./webhook-reply.ts";
import { eventIdOf, type WebhookRequest } from "./webhook-request.ts";

/** A webhook with what became of its last request. */
export interface WebhookState extends WebhookInfo {
  last: { at: number; status: number } | null;
}

/**
 * What instances answer by HTTP. A request is put into the inbox, as a delivery like all others, or,
 * where its handler is to answer it, handed to the worker at once and kept nowhere.
 */
export interface Webhooks {
  /** What an instance had when it last ran: where it is to run, requests that are stored are taken for it. */
  expect(instanceId: string, webhooks: readonly WebhookInfo[], enabled: boolean): void;
  /**
   * It runs. What the operator refused is not taken, and the plugin goes on without.
   *
   * @throws AppError `PERMISSION_DENIED` where its manifest does not ask for it, `CONFIG_INVALID`
   */
  attach(
    instanceId: string,
    wanted: readonly WebhookInfo[],
    permission: { asked: boolean; granted: boolean },
    runner: Pick<Runner, "run" | "abort">,
  ): void;
  /** It does not run now. What is to be stored is taken all the same. */
  detach(instanceId: string): void;
  /** Whether requests are taken from now on. Who waits for an answer, and may not be given one now, is told at once. */
  grant(instanceId: string, granted: boolean): void;
  /** The operator does not want it to run, or has still to decide: nothing is taken. */
  close(instanceId: string): void;
  forget(instanceId: string): void;
  list(instanceId: string): WebhookState[];
  /** The methods that a path of an instance has; none where there is no such instance or path. */
  methods(instanceId: string, path: string): string[];
  /** Whether a request to it would be taken. */
  isOpen(instanceId: string, method: string, path: string): boolean;
  /** Stores a request, or has it answered. Never rejects where that is its sender's business. */
  receive(instanceId: string, request: WebhookRequest): Promise<WebhookReply>;
  /** Notes what the sender of a request was answered. */
  answered(instanceId: string, method: string, path: string, status: number): void;
  /** How requests to an instance were answered since the host began; nothing where it has no webhooks. */
  answers(instanceId: string): [StatusClass, number][];
  /** A delivery that a handler is answering now. */
  running(instanceId: string, id: number): InFlight | undefined;
  /** Whether the outcome was of a request that waited for it. */
  settled(instanceId: string, outcome: Outcome): boolean;
}

export interface WebhooksOptions {
  store: WebhookStore;
  /** Deliveries that are on disk now. */
  onStored: (entries: InboxEntry[]) => void;
  /** A webhook was called. */
  onUsed: (instanceId: string) => void;
  /** A handler that was to answer failed. */
  onFailed: (instanceId: string, webhook: string, error: ErrorData) => void;
  /** A request could not be stored. */
  onError: (message: string, error: unknown) => void;
  /** How long a handler may take to answer. */
  answerTimeoutMs?: number;
}

const ANSWER_TIMEOUT_MS = 20_000;
/** What may wait for an instance; what is more is for its senders to keep. */
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** How long it stays full before it is looked at again: to look, SQLite reads all of it. */
const LOOK_AGAIN_MS = 1_000;

interface Waiting extends InFlight {
  end(reply: WebhookReply): void;
}

interface Served {
  routes: Map<string, WebhookState>;
  open: boolean;
  runner: Pick<Runner, "run" | "abort"> | null;
  waiting: Map<number, Waiting>;
  /** Kept across its stops. */
  answers: StatusClasses;
  /** What waited when it was looked at, and what came since: never less than what waits. */
  held: { count: number; bytes: number; at: number };
}

const NEVER_LOOKED = { count: Infinity, bytes: Infinity, at: 0 };

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { store, onStored, onUsed, onFailed, onError, answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
  const instances = new Map<string, Served>();
  /** Below zero, so that no ID is one of the inbox's. */
  let lastId = 0;

  function serve(instanceId: string, wanted: readonly WebhookInfo[]): Served {
    const before = instances.get(instanceId);
    const { waiting = new Map(), answers = createStatusClasses(), held = NEVER_LOOKED } = before ?? {};
    const routes = new Map(
      wanted.map(({ method, path, reply }): [string, WebhookState] => {
        const key = webhookKey({ method, path });
        return [key, { method, path, reply, last: before?.routes.get(key)?.last ?? null }];
      }),
    );
    const served: Served = { routes, open: false, runner: null, waiting, answers, held };
    instances.set(instanceId, served);
    return served;
  }

  function find(instanceId: string, method: string, path: string) {
    const served = instances.get(instanceId);
    if (method !== "HEAD") return { served, route: served?.routes.get(`${method} ${path}`) };
    // As RFC 9110 has it; but only what is asked for an answer may be asked without a consequence.
    const get = served?.routes.get(`GET ${path}`);
    return { served, route: get?.reply ? get : undefined };
  }

  function deliveryOf(instanceId: string, route: WebhookInfo, request: WebhookRequest) {
    const { body, ...about } = request;
    const { eventId, once } = eventIdOf(request);
    const content = { ...about, body64: body.toString("base64") };
    const event = webhookEvent(eventId, Date.now(), content);
    const { sender } = event;
    const roomId = webhookLane(route);
    return { delivery: { instanceId, roomId, eventId, sender, event: JSON.stringify(event) }, once };
  }

  function isFull(served: Served, instanceId: string): boolean {
    const full = () => served.held.count >= MAX_WAITING || served.held.bytes >= MAX_WAITING_BYTES;
    const now = performance.now();
    if (full() && (served.held === NEVER_LOOKED || now - served.held.at > LOOK_AGAIN_MS)) {
      served.held = { ...store.waiting(instanceId), at: now };
    }
    return full();
  }

  function take(served: Served, delivery: NewDelivery, once: boolean): WebhookReply {
    const { instanceId } = delivery;
    try {
      if (isFull(served, instanceId)) return tooManyWait;
      served.held.count++;
      served.held.bytes += delivery.event.length;
      const entries = store.take(delivery, once, Date.now());
      onStored(entries);
      return entries.length > 0 ? stored : known;
    } catch (error) {
      onError(`A request to a webhook of ${instanceId} could not be stored.`, error);
      return unstored;
    }
  }

  function answer(served: Served, delivery: NewDelivery): Promise<WebhookReply> {
    const { runner, waiting } = served;
    if (!runner) return Promise.resolve(notThere);
    const id = --lastId;
    const entry = { ...delivery, id, crashes: 0, attempts: 0, runAt: 0, run: 0 };
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        runner.abort(id, `The handler did not answer within ${answerTimeoutMs / 1_000} s.`);
        end(tooLate);
      }, answerTimeoutMs);
      function end(reply: WebhookReply): void {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(reply);
      }
      waiting.set(id, { entry, since: Date.now(), writes: 0, calls: [], callsLeftOut: 0, end });
      runner.run({ id, roomId: delivery.roomId, event: delivery.event, senderName: null });
    });
  }

  function detach(instanceId: string): void {
    const served = instances.get(instanceId);
    if (!served) return;
    served.runner = null;
    for (const { end } of served.waiting.values()) end(gone);
  }

  return {
    expect(instanceId, webhooks, enabled) {
      serve(instanceId, webhooks).open = enabled;
    },
    attach(instanceId, wanted, { asked, granted }, runner) {
      checkWebhooks(wanted, asked);
      Object.assign(serve(instanceId, wanted), { open: granted, runner });
    },
    detach,
    grant(instanceId, granted) {
      const served = instances.get(instanceId);
      if (!served) return;
      served.open = granted;
      if (granted) return;
      for (const [id, { end }] of served.waiting) {
        served.runner?.abort(id, "The operator took the permission back.");
        end(gone);
      }
    },
    close(instanceId) {
      detach(instanceId);
      const served = instances.get(instanceId);
      if (served) served.open = false;
    },
    forget(instanceId) {
      detach(instanceId);
      instances.delete(instanceId);
    },

    list: (instanceId) => [...(instances.get(instanceId)?.routes.values() ?? [])],
    methods: (instanceId, path) =>
      [...(instances.get(instanceId)?.routes.values() ?? [])].flatMap((route) => {
        if (route.path !== path) return [];
        return route.method === "GET" && route.reply ? ["GET", "HEAD"] : [route.method];
      }),
    isOpen(instanceId, method, path) {
      const { served, route } = find(instanceId, method, path);
      return served !== undefined && route !== undefined && isTaken(served, route);
    },

    async receive(instanceId, request) {
      const { served, route } = find(instanceId, request.method, request.path);
      if (!served || !route || !isTaken(served, route)) return notThere;
      onUsed(instanceId);
      const { delivery, once } = deliveryOf(instanceId, route, request);
      return route.reply ? await answer(served, delivery) : take(served, delivery, once);
    },

    answered(instanceId, method, path, status) {
      const { served, route } = find(instanceId, method, path);
      served?.answers.add(status);
      if (route) route.last = { at: Date.now(), status };
    },
    answers(instanceId) {
      const served = instances.get(instanceId);
      return served && served.routes.size > 0 ? served.answers.read() : [];
    },

    running: (instanceId, id) => instances.get(instanceId)?.waiting.get(id),
    settled(instanceId, outcome) {
      if (outcome.id >= 0) return false;
      const waiting = instances.get(instanceId)?.waiting.get(outcome.id);
      if (!waiting) return true;
      const { status, error = { code: "ERROR", message: "The handler failed." } } = outcome;
      if (status === "failed" && error.code !== "RETRY_LATER") {
        onFailed(instanceId, webhookOf(waiting.entry.roomId) ?? "", error);
      }
      waiting.end(replyOf(outcome));
      return true;
    },
  };
}

/** What is answered by its handler needs one that runs; what is stored only somebody who wants it. */
function isTaken({ open, runner }: Served, { reply }: WebhookInfo): boolean {
  return open && (!reply || runner !== null);
}
