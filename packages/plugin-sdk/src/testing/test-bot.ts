import type { Static, TObject, TProperties } from "typebox";
import { Value } from "typebox/value";
import type { Health } from "../bot.ts";
import type { Plugin } from "../define-plugin.ts";
import type { MatrixEvent } from "../event.ts";
import type { RoomOperation } from "../permissions.ts";
import type { JsonObject, LogEntry, Outcome, ProgramResult } from "../protocol/index.ts";
import { scheduleEvent, scheduleLane } from "../protocol/schedule.ts";
import { startInstance } from "../runtime/index.ts";
import { createTestHost, type TestFile } from "./test-host.ts";
import type { TestRoom } from "./test-rooms.ts";
import { callOf, type TestRequest, type TestResponse } from "./webhook-call.ts";

/** An event that the bot sent, with what tests look at most. */
export interface TestAnswer {
  eventId: string;
  roomId: string;
  type: string;
  content: Record<string, unknown>;
  /** The bot's user ID, or whose word it was by `ctx.as`: `@slack_ada:test`. */
  sender: string;
  /** The message's text, or the reaction's key. */
  text: string;
  redacted: boolean;
}

export interface TestBotOptions<Config = Record<string, unknown>> {
  /** Checked against the plugin's config, defaults filled in. */
  config?: Partial<Config>;
  /** Stand-ins for programs, by name: what they are given beside their arguments, and what they make, is by name, too. */
  programs?: Record<string, TestProgram>;
  /** Which operations on rooms are granted; all of them unless told. */
  rooms?: readonly RoomOperation[];
  /** What `bot.store` has, as JSON texts by key: give the same to the next test bot, and it goes on as after a restart. */
  store?: Map<string, string>;
  /** What rooms are like from the beginning: contents of state events, by type, as `m.room.name`. */
  roomState?: Record<string, JsonObject>;
  /** IDs of rooms that are encrypted. */
  encryptedRooms?: readonly string[];
  /** As whom the bot may act: patterns as in the manifest; everybody unless told. */
  impersonate?: readonly string[];
  /** The largest file that the homeserver takes, in bytes; it does not say unless told. */
  uploadLimit?: number;
  /** What a download gives. An error thrown here is what the plugin sees. */
  download?: (url: string) => TestFile | Promise<TestFile>;
}

/** What a program does. A text that it is given comes as it is, a file as its download described it. */
export type TestProgram = (
  args: string[],
  files: Record<string, string | TestFile>,
) => TestRun | Promise<TestRun>;

/** How a stand-in for a program ended. */
export type TestRun = Partial<Omit<ProgramResult, "files"> & { files: Record<string, TestFile> }>;

/** Who sends a message, and where. */
export interface TestSender {
  sender?: string;
  displayName?: string;
  roomId?: string;
  type?: string;
  /** When it was said, in milliseconds since 1970. */
  at?: number;
  /** Its event ID; a new one unless told. */
  eventId?: string;
  /** 0 unless told: a person like most; 50 is a moderator's. Of rooms with levels of their own, those count. */
  powerLevel?: number;
}

export interface TestBot {
  /** Somebody sends a message (a text or a whole content). Resolves to what the bot sent, when its handlers are done. */
  receive(message: string | Record<string, unknown>, from?: TestSender): Promise<TestAnswer[]>;
  /**
   * The last event once more, as after a crash before its end. What the bot sends anew is in the answer; the
   * homeserver of a real host would take it for what was sent before.
   */
  runAgain(): Promise<TestAnswer[]>;
  /**
   * A schedule is due, now unless told. Resolves to what the bot sent, when its handler is done. The
   * cron expression and the time zone are the host's to read; here, nothing looks at them.
   *
   * @throws Error where the plugin has no schedule of this name
   */
  runSchedule(name: string, dueAt?: Date): Promise<TestAnswer[]>;
  /**
   * Somebody sends a request: a POST unless told. Resolves when its handler is done, to what the sender
   * gets and what the bot sent.
   *
   * @param path as the plugin has it, with a query if there is one: `/meta?hub.challenge=1`
   * @throws Error where the plugin has no webhook of this method and path
   */
  callWebhook(path: string, request?: TestRequest): Promise<TestResponse>;
  /** How the last event ended. */
  readonly outcome: Outcome | undefined;
  /** All that the bot sent so far. */
  readonly sent: readonly TestAnswer[];
  /** What the bot wrote to its log. */
  readonly log: readonly LogEntry[];
  /** The profiles that the bot set, by user ID; an avatar is shown as its file's handle. */
  readonly profiles: ReadonlyMap<string, { displayName?: string; avatar?: string }>;
  /** Event IDs that the bot marked as read. */
  readonly read: readonly string[];
  /** Room IDs in which the bot shows as typing. */
  readonly typing: ReadonlySet<string>;
  /** Event IDs of others' words that the bot removed. */
  readonly removed: readonly string[];
  /** What the bot told of its health, by check. */
  readonly health: ReadonlyMap<string, Health>;
  /** The rooms in which the bot heard something, and those that it made, by room ID. */
  readonly rooms: ReadonlyMap<string, TestRoom>;
  /** Files that were fetched and not yet closed. */
  readonly openFiles: number;
  /** Aborts the bot's signals, as the end of an instance does, and drops its files and its database. */
  stop(): void;
}

/**
 * Runs a plugin without a server: the same code that runs in a worker, with a host in memory. The
 * bot's store and its database (SQLite, in memory) are kept for as long as the test bot lives.
 *
 * @throws Error where the config does not fit the plugin, or whatever its `setup` throws
 * @example
 * ```ts
 * import { definePlugin } from "@rookery/plugin-sdk";
 * import { createTestBot } from "@rookery/plugin-sdk/testing";
 *
 * const plugin = definePlugin({
 *   setup(bot) {
 *     bot.command("ping", "Say pong", (ctx) => ctx.reply("pong"));
 *   },
 * });
 *
 * const bot = await createTestBot(plugin);
 * const [answer] = await bot.receive("!ping");
 * if (answer?.text !== "pong") throw new Error("no pong");
 * ```
 */
export async function createTestBot<P extends TProperties>(
  plugin: Plugin<TObject<P>>,
  options: TestBotOptions<Static<TObject<P>>> = {},
): Promise<TestBot> {
  const userId = "@bot:test";
  const host = createTestHost(userId, options);
  const config = checkedConfig(plugin as unknown as Plugin, options.config ?? {});
  const start = { config: config as never, userId, permissions: { network: [], programs: [] } };
  const instance = await startInstance(plugin as unknown as Plugin, start, host.link);
  host.setCommands(instance.subscriptions.commands);
  let lastId = 0;
  let outcome: Outcome | undefined;

  let last: Parameters<typeof deliver> | undefined;

  async function deliver(roomId: string, event: MatrixEvent, senderName: string | null, powerLevel = 0) {
    last = [roomId, event, senderName, powerLevel];
    const id = ++lastId;
    const answers = host.open(id, roomId, event, powerLevel);
    outcome = await instance.run({ id, roomId, event: JSON.stringify(event), senderName });
    host.settle(id);
    return answers;
  }

  return {
    async receive(message, from = {}) {
      const {
        sender = "@ada:test",
        displayName = "Ada",
        roomId = "!room:test",
        type = "m.room.message",
        powerLevel,
        at,
        eventId,
      } = from;
      const content = typeof message === "string" ? { msgtype: "m.text", body: message } : message;
      const id = lastId + 1;
      const event_id = eventId ?? `$event${id}`;
      const event = { type, event_id, sender, origin_server_ts: at ?? id, content };
      return await deliver(roomId, event, displayName, powerLevel);
    },
    async runAgain() {
      if (!last) throw new Error("There was no event yet.");
      return await deliver(...last);
    },
    async runSchedule(name, dueAt = new Date()) {
      const names = instance.subscriptions.schedules.map((schedule) => schedule.name);
      if (!names.includes(name))
        throw new Error(`The plugin has no schedule "${name}"; it has: ${names.join(", ") || "none"}.`);
      return await deliver(scheduleLane(name), scheduleEvent(name, dueAt.getTime(), userId), null);
    },
    async callWebhook(path, request = {}) {
      const { lane, event, answerOf } = callOf(instance.subscriptions.webhooks, path, request, lastId + 1);
      const sent = await deliver(lane, event, null);
      return { ...answerOf(outcome), sent };
    },
    get outcome() {
      return outcome;
    },
    sent: host.sent,
    log: host.log,
    profiles: host.profiles,
    read: host.read,
    typing: host.typing,
    removed: host.removed,
    health: host.healths,
    rooms: host.rooms,
    get openFiles() {
      return host.openFiles();
    },
    stop() {
      instance.stop("The test ended.");
      host.close();
    },
  };
}

function checkedConfig(plugin: Plugin, given: Record<string, unknown>): Record<string, unknown> {
  if (!plugin.config) return given;
  const config = Value.Default(plugin.config, structuredClone(given));
  const [error] = Value.Errors(plugin.config, config);
  if (error) throw new Error(`The config does not fit: ${error.instancePath || "it"} ${error.message}.`);
  return config as Record<string, unknown>;
}
