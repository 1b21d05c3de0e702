import type { TObject } from "typebox";
import type { Bot } from "../bot.ts";
import type { ArgSchemas } from "../command-args.ts";
import type { CommandOptions } from "../command-options.ts";
import type { Context } from "../context.ts";
import type { Plugin } from "../define-plugin.ts";
import type { MatrixEvent } from "../event.ts";
import { DEFAULT_PREFIX } from "../protocol/calling.ts";
import { toErrorData } from "../protocol/errors.ts";
import type { Delivery, Outcome, StartInstance, Subscriptions } from "../protocol/index.ts";
import { scheduleOf } from "../protocol/schedule.ts";
import { type WebhookAnswer, webhookOf } from "../protocol/webhook.ts";
import type { WebhookContext, WebhookOptions } from "../webhook.ts";
import { createContext } from "./context.ts";
import { createConversations } from "./conversations.ts";
import { createDatabase } from "./database.ts";
import { createFiles } from "./files.ts";
import { helpSender } from "./help-sender.ts";
import type { HostLink } from "./host-link.ts";
import { createLog } from "./log.ts";
import { createPrograms } from "./programs.ts";
import { createRegistry, type Run } from "./registry.ts";
import { createRooms } from "./rooms.ts";
import { createScheduleContext } from "./schedule-context.ts";
import { createStore } from "./store.ts";
import { readAnswer } from "./webhook-answer.ts";
import { createWebhookContext } from "./webhook-context.ts";

/** A started instance, as the worker (and the test bot) drives it. */
export interface RunningInstance {
  subscriptions: Subscriptions;
  /** Runs the handlers for one event. Never rejects. */
  run(delivery: Delivery): Promise<Outcome>;
  /** Aborts the signal of one delivery. */
  abort(id: number, reason: string): void;
  /** Aborts the instance's signal. */
  stop(reason: string): void;
}

/**
 * Starts an instance of a plugin: migrates its database, makes its `bot`, runs `setup`, and returns what runs its events.
 * The same code runs in the worker and under `createTestBot`.
 *
 * @throws HostError `DATABASE` where a migration fails; whatever `setup` throws
 */
export async function startInstance(
  plugin: Plugin,
  start: StartInstance,
  host: HostLink,
): Promise<RunningInstance> {
  const stopping = new AbortController();
  /** The deliveries that run. Most handlers never look at their signal, so it is made when they do. */
  const running = new Map<number, AbortController | null>();
  const conversations = createConversations(host);
  const registry = createRegistry(start.calling?.prefix ?? DEFAULT_PREFIX, start.calling, conversations);

  const bot: Bot<unknown> = {
    config: start.config,
    userId: start.userId,
    store: createStore(host),
    database: createDatabase(host),
    files: createFiles(host),
    programs: createPrograms(host),
    rooms: createRooms(host),
    log: createLog(host),
    health: (check, { ok, message }) => host.notify("health.set", { check, ok, message }),
    signal: stopping.signal,
    command(name: string, options: string | CommandOptions<ArgSchemas>, handler: (ctx: never) => unknown) {
      registry.command(name, typeof options === "string" ? { description: options } : options, handler);
    },
    conversation: registry.conversation,
    hears: registry.hears,
    on: registry.on,
    schedule: registry.schedule,
    webhook(
      path: string,
      ...rest:
        | [handler: (ctx: WebhookContext) => unknown]
        | [options: WebhookOptions, handler: (ctx: WebhookContext) => unknown]
    ) {
      const [options, handler] = rest.length === 1 ? [{}, rest[0]] : rest;
      registry.webhook(path, options, handler);
    },
  };

  try {
    const { migrations = [] } = plugin;
    if (migrations.length > 0) await host.call("database.migrate", { migrations: [...migrations] });
    await (plugin as Plugin<TObject>).setup(bot as never);
    await conversations.load();
  } catch (error) {
    abort(stopping, error);
    throw error;
  }
  registry.addHelp();
  registry.close();

  /** Of a running delivery; `undefined` after its end. */
  function controllerOf(id: number): AbortController | undefined {
    const found = running.get(id);
    if (found !== null) return found;
    const controller = new AbortController();
    running.set(id, controller);
    if (stopping.signal.aborted) abort(controller, stopping.signal.reason);
    return controller;
  }

  const signalOf = (id: number) =>
    controllerOf(id)?.signal ?? AbortSignal.abort(new Error("The handler has ended."));

  function makeContext(delivery: Delivery): Context {
    const event = JSON.parse(delivery.event) as MatrixEvent;
    return createContext(delivery, event, host, () => signalOf(delivery.id));
  }

  /** The handler of a request, and what it answers where the sender waits for that. */
  function requested(
    key: string,
    delivery: Delivery,
    signal: () => AbortSignal,
    onAnswer: (answer: WebhookAnswer) => void,
  ): Run[] {
    const found = registry.webhookFor(key);
    if (!found) return [];
    const { info, handler } = found;
    const run = async () => {
      const given = await handler(createWebhookContext(delivery, host, signal));
      if (info.reply) onAnswer(readAnswer(given));
    };
    return [{ name: `webhook ${key}`, run }];
  }

  return {
    subscriptions: registry.subscriptions(),

    async run(delivery) {
      const ran: string[] = [];
      let last: Run | undefined;
      let ctx: Context | undefined;
      running.set(delivery.id, null);
      try {
        const schedule = scheduleOf(delivery.roomId);
        const webhook = webhookOf(delivery.roomId);
        const signal = () => signalOf(delivery.id);
        let answer: WebhookAnswer | undefined;
        let runs: Run[];
        if (webhook !== null) {
          runs = requested(webhook, delivery, signal, (given) => {
            answer = given;
          });
        } else if (schedule === null) {
          ctx = makeContext(delivery);
          runs = registry.match(ctx, helpSender(delivery, ctx, host));
        } else {
          runs = registry.scheduled(schedule, createScheduleContext(delivery, host, signal));
        }
        for (const each of runs) {
          last = each;
          ran.push(each.name);
          await each.run();
        }
        return { id: delivery.id, status: "done", ran, ...(answer ? { answer } : {}) };
      } catch (thrown) {
        const error = toErrorData(thrown);
        // A schedule and a webhook have nobody to tell.
        if (!ctx || error.code !== "USER_ERROR") return { id: delivery.id, status: "failed", ran, error };
        try {
          await ctx.reply(error.message);
          const told = last?.argumentsRefused ? "arguments-refused" : "user-error";
          return { id: delivery.id, status: "done", ran, told };
        } catch (failure) {
          return { id: delivery.id, status: "failed", ran, error: toErrorData(failure) };
        }
      } finally {
        running.delete(delivery.id);
      }
    },

    abort(id, reason) {
      const controller = controllerOf(id);
      if (controller) abort(controller, new Error(reason));
    },

    stop(reason) {
      const why = new Error(reason);
      abort(stopping, why);
      for (const controller of running.values()) if (controller) abort(controller, why);
    },
  };
}

/** A plugin that froze its signal is not told of its end; it ends all the same. */
function abort(controller: AbortController, reason: unknown): void {
  if (!Object.isFrozen(controller.signal)) controller.abort(reason);
}
