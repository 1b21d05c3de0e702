import type { ArgSchemas } from "../command-args.ts";
import type { CommandOptions } from "../command-options.ts";
import type { Context } from "../context.ts";
import type { Conversation, ConversationOptions } from "../conversation.ts";
import type { Calling } from "../protocol/calling.ts";
import type { Subscriptions } from "../protocol/delivery.ts";
import { type FollowUp, readFollowUp } from "../protocol/follow-up.ts";
import { isHelpedElsewhere } from "../protocol/help.ts";
import { messageText } from "../protocol/match.ts";
import type { ScheduleInfo } from "../protocol/schedule.ts";
import { WEBHOOK_METHODS, type WebhookInfo, webhookKey } from "../protocol/webhook.ts";
import type { ScheduleContext, ScheduleOptions } from "../schedule.ts";
import type { WebhookContext, WebhookOptions } from "../webhook.ts";
import { createCommands, type SendHelp, type TypedCommand } from "./commands.ts";
import type { createConversations } from "./conversations.ts";

/** A handler that wants an event, with the context it runs with. */
export interface Run {
  name: string;
  run: () => unknown;
  /** What was typed after the command did not fit, so the handler was not called. */
  argumentsRefused?: boolean;
}

/** The host compares every message with each of them, and keeps what is said about them. */
const MAX_OF_A_KIND = 1_000;
const MAX_TEXT = 1_000;
const noHelp: SendHelp = () => Promise.reject(new Error("Nobody is there to send the help."));
const SCHEDULE_NAME = /^[\w.-]{1,64}$/;
/** Segments of what needs no encoding, none of them `.` or `..`; or `/` alone. */
const WEBHOOK_PATH = /^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+)$/;

/**
 * What one instance reacts to: filled by `setup`, asked for every delivery.
 *
 * @param more prefixes of single rooms, and names by which it is called, too
 */
export function createRegistry(
  prefix: string,
  more: Partial<Omit<Calling, "prefix">> = {},
  conversations?: ReturnType<typeof createConversations>,
) {
  const commands = createCommands({ roomPrefixes: {}, names: [], ...more, prefix });
  const hears: { pattern: string | RegExp; handler: (ctx: never) => unknown }[] = [];
  const types: { type: string; handler: (ctx: never) => unknown }[] = [];
  const schedules = new Map<string, { info: ScheduleInfo; handler: (ctx: ScheduleContext) => unknown }>();
  const webhooks = new Map<string, { info: WebhookInfo; handler: (ctx: WebhookContext) => unknown }>();
  let closed = false;

  function checkOpen(what: string): void {
    if (closed) throw new Error(`setup() has ended; ${what} after it would never be called. Move it there.`);
  }

  function checkCount(what: string, count: number): void {
    if (count >= MAX_OF_A_KIND) throw new Error(`An instance has up to ${MAX_OF_A_KIND} ${what}.`);
  }

  function checkText(what: string, text: unknown): void {
    if (typeof text !== "string") throw new Error(`${what} is a text.`);
    if (text.length > MAX_TEXT) throw new Error(`${what} has up to ${MAX_TEXT} characters.`);
  }

  function command(
    name: string,
    options: CommandOptions<ArgSchemas>,
    handler: (ctx: never) => unknown,
  ): void {
    checkOpen(`the command "${name}"`);
    commands.add(name, options, (ctx, more) => handler(extend(ctx, more) as never));
  }

  function schedule(
    name: string,
    when: string | ScheduleOptions,
    handler: (ctx: ScheduleContext) => unknown,
  ): void {
    checkOpen(`the schedule "${name}"`);
    if (!SCHEDULE_NAME.test(name))
      throw new Error(`A schedule's name is 1 to 64 of A–Z, a–z, 0–9, "_", "." and "-", not "${name}".`);
    if (schedules.has(name)) throw new Error(`The schedule "${name}" is there already.`);
    const {
      cron,
      timeZone = "UTC",
      catchUpSeconds = null,
    } = typeof when === "string" ? { cron: when } : when;
    schedules.set(name, { info: { name, cron, timeZone, catchUpSeconds }, handler });
  }

  /** The handler of a schedule; none where an older version of the plugin had it. */
  function scheduled(name: string, ctx: ScheduleContext): Run[] {
    const found = schedules.get(name);
    return found ? [{ name: `schedule ${name}`, run: () => found.handler(ctx) }] : [];
  }

  function webhook(path: string, options: WebhookOptions, handler: (ctx: WebhookContext) => unknown): void {
    checkOpen(`the webhook "${path}"`);
    const { method = "POST", reply = false } = options;
    if (!WEBHOOK_PATH.test(path) || path.length > 200)
      throw new Error(
        `A webhook's path is "/" and names of A–Z, a–z, 0–9, "_", ".", "~" and "-", not "${path}".`,
      );
    if (!WEBHOOK_METHODS.includes(method))
      throw new Error(`A webhook's method is one of ${WEBHOOK_METHODS.join(", ")}, not "${method}".`);
    const info = { method, path, reply };
    const key = webhookKey(info);
    if (webhooks.has(key)) throw new Error(`The webhook "${key}" is there already.`);
    webhooks.set(key, { info, handler });
  }

  /**
   * Which handlers run for this event: the command, or else each `hears`; then each `on`. Within
   * these in the order of registration.
   */
  function match(ctx: Context, sendHelp: SendHelp = noHelp): Run[] {
    const runs: Run[] = [];
    const text = messageText(ctx.event);
    if (text !== null) {
      const { roomId } = ctx.room;
      const answer = conversations?.find(roomId, ctx.event, text);
      const typed = answer ? undefined : commands.find(text, roomId);
      if (answer) {
        runs.push({ name: answer.name, run: () => answer.run(ctx) });
      } else if (typed) {
        if (!typed.isHelp || !isHelpedElsewhere(ctx.event)) runs.push(runOf(typed, ctx, sendHelp));
      } else {
        for (const { pattern, handler } of hears) {
          const found = find(text, pattern);
          if (found)
            runs.push({
              name: `hears ${pattern}`,
              run: () => handler(extend(ctx, { match: found }) as never),
            });
        }
      }
    }
    const followUp = types.length > 0 ? readFollowUp(ctx.event) : null;
    for (const { type, handler } of types) {
      if (type === ctx.event.type) runs.push({ name: type, run: () => handler(ctx as never) });
      if (followUp && type === followUp.kind) {
        runs.push({ name: type, run: () => handler(followUpContext(ctx, followUp) as never) });
      }
    }
    return runs;
  }

  return {
    command,
    schedule,
    webhook,
    match,
    scheduled,
    /** The webhook of a route; none where an older version of the plugin had it. */
    webhookFor: (key: string) => webhooks.get(key),
    /** The SDK's own `!help`, unless the plugin has one. */
    addHelp(): void {
      if (commands.infos.length > 0 && !commands.has("help")) commands.addHelp();
    },
    conversation<A extends ArgSchemas>(name: string, options: ConversationOptions<A>): Conversation {
      checkOpen(`the conversation "${name}"`);
      if (!conversations) throw new Error("There is nowhere to keep conversations.");
      return conversations.add(name, options as unknown as ConversationOptions<ArgSchemas>);
    },
    hears(pattern: string | RegExp, handler: (ctx: never) => unknown): void {
      checkOpen(`hears ${pattern}`);
      if (!(pattern instanceof RegExp)) checkText("What is heard", pattern);
      checkCount("texts to hear", hears.length);
      hears.push({ pattern, handler });
    },
    on(type: string, handler: (ctx: never) => unknown): void {
      checkOpen(`on "${type}"`);
      checkText("An event's type", type);
      checkCount("handlers of event types", types.length);
      types.push({ type, handler });
    },
    /** From here on nothing more can be registered: the host has been told what there is. */
    close(): void {
      closed = true;
    },
    subscriptions: (): Subscriptions => ({
      prefix,
      commands: [...commands.infos],
      texts: hears.flatMap(({ pattern }) => (typeof pattern === "string" ? [pattern.toLowerCase()] : [])),
      everyText: hears.some(({ pattern }) => typeof pattern !== "string") || conversations?.any === true,
      types: [...new Set(types.map(({ type }) => type))],
      schedules: [...schedules.values()].map(({ info }) => info),
      webhooks: [...webhooks.values()].map(({ info }) => info),
    }),
  };
}

function runOf(typed: TypedCommand, ctx: Context, sendHelp: SendHelp): Run {
  return {
    name: typed.name,
    run: () => typed.run(ctx, sendHelp),
    get argumentsRefused() {
      return typed.argumentsRefused;
    },
  };
}

function followUpContext(ctx: Context, { kind, target }: FollowUp): Context {
  const { content } = ctx.event as { content: { "m.new_content"?: { body?: unknown } | null } };
  const body = content["m.new_content"]?.body;
  const isEdit = kind === "edit" && typeof body === "string";
  const text: PropertyDescriptorMap = isEdit ? { text: { value: body } } : {};
  return Object.create(ctx, { target: { value: { eventId: target }, enumerable: true }, ...text }) as Context;
}

/** Adds to a context without reading its getters. */
function extend(ctx: Context, more: object): Context {
  return Object.create(ctx, Object.getOwnPropertyDescriptors(more)) as Context;
}

function find(text: string, pattern: string | RegExp): RegExpMatchArray | null {
  if (typeof pattern !== "string") {
    // With the flags g or y it would go on where it stopped in another message.
    pattern.lastIndex = 0;
    return pattern.exec(text);
  }
  const at = text.toLowerCase().indexOf(pattern.toLowerCase());
  if (at === -1) return null;
  return Object.assign([text.slice(at, at + pattern.length)] as [string], { index: at, input: text });
}
