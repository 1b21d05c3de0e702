import type { ArgSchemas } from "../command-args.ts";
import { parseArgs, usage } from "../command-args.ts";
import type { Context } from "../context.ts";
import { type Calling, createCaller, DEFAULT_PREFIX, prefixesOf } from "../protocol/calling.ts";
import type { CommandInfo, Subscriptions } from "../protocol/delivery.ts";
import { type FollowUp, readFollowUp } from "../protocol/follow-up.ts";
import { commandName, messageText } from "../protocol/match.ts";
import type { ScheduleInfo } from "../protocol/schedule.ts";
import { WEBHOOK_METHODS, type WebhookInfo, webhookKey } from "../protocol/webhook.ts";
import type { ScheduleContext, ScheduleOptions } from "../schedule.ts";
import type { WebhookContext, WebhookOptions } from "../webhook.ts";

/** A handler that wants an event, with the context it runs with. */
export interface Run {
  name: string;
  run: () => unknown;
}

interface Command extends CommandInfo {
  args: ArgSchemas;
  handler: (ctx: never) => unknown;
}

const NAME = /^\S{1,64}$/u;
/** The host compares every message with each of them, and keeps what is said about them. */
const MAX_OF_A_KIND = 1_000;
const MAX_TEXT = 1_000;
const SCHEDULE_NAME = /^[\w.-]{1,64}$/;
/** Segments of what needs no encoding, none of them `.` or `..`; or `/` alone. */
const WEBHOOK_PATH = /^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+)$/;

/**
 * What one instance reacts to: filled by `setup`, asked for every delivery.
 *
 * @param more prefixes of single rooms, and names by which it is called, too
 */
export function createRegistry(prefix: string, more: Partial<Omit<Calling, "prefix">> = {}) {
  const calling = { prefix, roomPrefixes: {}, names: [], ...more };
  const called = createCaller(calling);
  const prefixIn = prefixesOf(calling);
  const commands = new Map<string, Command>();
  const listed: CommandInfo[] = [];
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
    options: { description: string; args?: ArgSchemas; aliases?: string[] },
    handler: (ctx: never) => unknown,
  ): void {
    checkOpen(`the command "${name}"`);
    checkText("A command's description", options.description);
    const args = options.args ?? {};
    checkText("A command's name", name);
    const info = {
      name: name.toLowerCase(),
      usage: usage(prefix, name, args),
      description: options.description,
    };
    for (const each of [info.name, ...(options.aliases ?? []).map((alias) => alias.toLowerCase())]) {
      checkName(each);
      checkCount("commands", commands.size);
      if (commands.has(each)) throw new Error(`The command "${each}" is there already.`);
      commands.set(each, { ...info, name: each, args, handler });
    }
    listed.push(info);
  }

  function checkName(name: string): void {
    if (!NAME.test(name))
      throw new Error(`A command's name is 1 to 64 characters without white space, not "${name}".`);
    // Not the account's own: what an operator sets there must not keep a plugin from starting.
    if (name.startsWith(DEFAULT_PREFIX))
      throw new Error(
        `Leave the "${DEFAULT_PREFIX}" out of the command's name "${name}"; it is put before it.`,
      );
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

  /** A command as it is typed in a room. */
  function usageIn<Shown extends CommandInfo>(roomId: string, shown: Shown): Shown {
    return { ...shown, usage: prefixIn(roomId) + shown.usage.slice(prefix.length) };
  }

  /**
   * Which handlers run for this event: the command, or else each `hears`; then each `on`. Within
   * these in the order of registration.
   */
  function match(ctx: Context): Run[] {
    const runs: Run[] = [];
    const text = messageText(ctx.event);
    if (text !== null) {
      const { roomId } = ctx.room;
      const rest = called(text, roomId);
      const name = rest === null ? null : commandName(rest, "");
      const found = name === null ? undefined : commands.get(name);
      if (found && rest !== null && name !== null) {
        const typed = rest.slice(name.length);
        const run = () => {
          const shown = usageIn(roomId, found).usage;
          return found.handler(extend(ctx, { args: parseArgs(typed, found.args, shown) }) as never);
        };
        runs.push({ name: prefix + name, run });
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
    listed: listed as readonly CommandInfo[],
    usageIn,
    hasCommand: (name: string) => commands.has(name),
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
      commands: [...commands.values()].map(({ name, usage, description }) => ({ name, usage, description })),
      texts: hears.flatMap(({ pattern }) => (typeof pattern === "string" ? [pattern.toLowerCase()] : [])),
      everyText: hears.some(({ pattern }) => typeof pattern !== "string"),
      types: [...new Set(types.map(({ type }) => type))],
      schedules: [...schedules.values()].map(({ info }) => info),
      webhooks: [...webhooks.values()].map(({ info }) => info),
    }),
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
