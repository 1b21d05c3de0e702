import type { ArgSchemas, Args } from "./command-args.ts";
import type { CommandOptions } from "./command-options.ts";
import type { CommandContext, Context, FollowUpContext, HearsContext } from "./context.ts";
import type { Conversation, ConversationOptions } from "./conversation.ts";
import type { Database } from "./database.ts";
import type { BotFile, Files } from "./files.ts";
import type { Json } from "./protocol/json.ts";
import type { Rooms } from "./rooms.ts";
import type { ScheduleContext, ScheduleOptions } from "./schedule.ts";
import type { WebhookContext, WebhookOptions, WebhookResponse } from "./webhook.ts";

type Handler<C> = (ctx: C) => unknown;

/** One running bot: an instance of the plugin, with its account and its config. */
export interface Bot<Config> {
  /** The checked config of this instance, defaults filled in. A change restarts the instance. */
  readonly config: Config;
  /** The Matrix user the bot acts as, such as `@hello:example.org`. */
  readonly userId: string;
  readonly store: Store;
  readonly database: Database;
  readonly files: Files;
  readonly programs: Programs;
  readonly rooms: Rooms;
  readonly log: Log;
  /**
   * Tells the operator how something is that the bot looks after: its page and the metrics show it, and what is not
   * well is in the list of what needs attention, until the same check is told to be well. It is forgotten when the
   * instance stops, so tell it again in `setup` where you know. An instance has up to 20 checks.
   *
   * @param check its name, each once: up to 64 characters
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     // "permissions": { "network": ["feed.example.org"] }
   *     bot.schedule("look", "0 * * * *", async () => {
   *       const { ok, status } = await fetch("https://feed.example.org/news");
   *       bot.health("feed", { ok, message: ok ? "It answers." : `It answers with ${status}; is its address still right?` });
   *     });
   *   },
   * });
   * ```
   */
  health(check: string, health: Health): void;
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal;

  /**
   * Answers `!name`, in any case. The list of commands with their descriptions is what `!help`
   * shows, unless the plugin has a command `help` of its own. A message that is a command is not
   * looked at by `hears`.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("ping", "Say pong", (ctx) => ctx.reply("pong"));
   *   },
   * });
   * ```
   */
  command(name: string, description: string, handler: Handler<CommandContext<Record<never, never>>>): void;
  /**
   * Answers `!name` with arguments, checked and converted before the handler runs; a wrong one is
   * answered with the usage. The last text takes the rest of the line.
   *
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("roll", { description: "Roll dice", args: { sides: Type.Integer({ minimum: 2 }) } }, (ctx) =>
   *       ctx.reply(String(1 + Math.floor(Math.random() * ctx.args.sides))));
   *   },
   * });
   * ```
   *
   * A name of several words is a sub-command:
   *
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     const args = { url: Type.String() };
   *     bot.command("feed add", { description: "Follow a feed", args, allow: "moderator" }, async (ctx) => {
   *       await bot.store.set(`feed/${ctx.args.url}`, ctx.room.roomId);
   *       return ctx.react("👍");
   *     });
   *     bot.command("feed list", "Which feeds are followed", async (ctx) => {
   *       const feeds = await bot.store.list("feed/");
   *       return ctx.reply(feeds.map(({ key }) => key.slice("feed/".length)).join("\n") || "None.");
   *     });
   *   },
   * });
   * ```
   */
  command<A extends ArgSchemas = Record<never, never>>(
    name: string,
    options: CommandOptions<A>,
    handler: Handler<CommandContext<Args<A>>>,
  ): void;

  /**
   * Asks a person questions in a room, one after the other, and hands over their checked answers. The next
   * text of theirs there (or in the thread where it began) is the answer, before it is a command or
   * anything else; `cancel` ends it. It goes on over restarts, and asks nothing twice.
   *
   * @param name its own for good, each once in a plugin
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     const order = bot.conversation("order", {
   *       questions: {
   *         drink: { ask: "Tea or coffee?", answer: Type.Enum(["tea", "coffee"]) },
   *         cups: { ask: "How many cups?", answer: Type.Integer({ minimum: 1 }) },
   *       },
   *       done: (ctx, { drink, cups }) => ctx.reply(`${cups} × ${drink}, coming.`),
   *     });
   *     bot.command("order", "Order something", (ctx) => order.start(ctx));
   *   },
   * });
   * ```
   */
  conversation<A extends ArgSchemas>(name: string, options: ConversationOptions<A>): Conversation;

  /**
   * Looks for a text (wherever it stands, in any case) or a regular expression in messages. A
   * plain text is the cheaper: it is looked for before a message crosses to the plugin.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.hears(/\bissue #(\d+)/, (ctx) => ctx.reply(`https://example.org/issues/${ctx.match[1]}`));
   *   },
   * });
   * ```
   */
  hears(pattern: string | RegExp, handler: Handler<HearsContext>): void;

  /**
   * Follows what became of an earlier event: somebody edited it, removed it, or reacted to it.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("quote", "Say it again", async (ctx) => {
   *       const answer = await ctx.reply(ctx.text);
   *       await bot.store.set(ctx.event.event_id, answer);
   *     });
   *     bot.on("redaction", async (ctx) => {
   *       const answer = await bot.store.get<{ eventId: string }>(ctx.target.eventId);
   *       if (answer) await ctx.redact(answer);
   *     });
   *   },
   * });
   * ```
   */
  on(followUp: "edit" | "redaction" | "reaction", handler: Handler<FollowUpContext>): void;

  /**
   * Takes every event of a type, named as Matrix names it: of `m.room.message` also edits, and
   * notices, which are other bots' words. It runs after `command` and `hears`.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.on("m.reaction", (ctx) => bot.log.info(`${ctx.sender.userId} reacted`));
   *   },
   * });
   * ```
   */
  on(type: string, handler: Handler<Context>): void;

  /**
   * Runs by the clock: a cron expression in UTC, or with its time zone and catch-up age. The name is
   * the schedule's for good, each once in a plugin: under it the host remembers when it was due last.
   *
   * A run that was missed while the bot was down is made up for once, however many were missed, unless
   * it is older than the catch-up age. Where the clocks change, a time of day that is left out comes at
   * the end of the gap, and one that is there twice comes the first time only.
   *
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   config: Type.Object({ roomId: Type.String({ default: "!office:example.org" }) }),
   *   setup(bot) {
   *     bot.schedule("lunch", { cron: "30 11 * * MON-FRI", timeZone: "Europe/Berlin" }, (ctx) =>
   *       ctx.sendTo(bot.config.roomId, "Lunch!"));
   *   },
   * });
   * ```
   */
  schedule(name: string, when: string | ScheduleOptions, handler: Handler<ScheduleContext>): void;

  /**
   * Takes what is sent by HTTP to `/plugins/<instance>` and this path (permission `webhooks`). A request
   * is on the disk before its sender is answered with 202, and then handled like an event: one of a path
   * after the other, again after a crash. What a sender repeats under the same ID is handled once.
   *
   * Whoever knows the address can send: check a signature, or a token, before you believe a request.
   *
   * @example
   * ```ts
   * import { definePlugin, parse, Type } from "@rookery/plugin-sdk";
   *
   * const Alert = Type.Object({ title: Type.String() });
   *
   * export default definePlugin({
   *   config: Type.Object({
   *     token: Type.String({ default: "" }),
   *     roomId: Type.String({ default: "!ops:example.org" }),
   *   }),
   *   setup(bot) {
   *     const { token, roomId } = bot.config;
   *     bot.webhook("/alert", (ctx) => {
   *       if (token === "" || ctx.request.headers.authorization !== `Bearer ${token}`) return;
   *       return ctx.sendTo(roomId, parse(Alert, ctx.request.json()).title);
   *     });
   *   },
   * });
   * ```
   */
  webhook(path: string, handler: Handler<WebhookContext>): void;
  /**
   * With `reply: true`, the handler itself answers, within 20 seconds. Nothing is stored then.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     // How Meta asks whether the address is yours.
   *     bot.webhook("/meta", { method: "GET", reply: true }, ({ request: { query } }) => ({
   *       body: query.get("hub.challenge") ?? "",
   *     }));
   *   },
   * });
   * ```
   */
  webhook(
    path: string,
    options: WebhookOptions & { reply: true },
    // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is fine
    handler: (ctx: WebhookContext) => WebhookResponse | void | Promise<WebhookResponse | void>,
  ): void;
  webhook(path: string, options: WebhookOptions & { reply?: false }, handler: Handler<WebhookContext>): void;
}

/**
 * Small values that outlive restarts, each instance's own. Values are JSON, up to 64 KiB each; keys
 * have up to 512 characters.
 *
 * @example
 * ```ts
 * import { definePlugin } from "@rookery/plugin-sdk";
 *
 * export default definePlugin({
 *   setup(bot) {
 *     bot.command("count", "Count up", async (ctx) => {
 *       const count = (await bot.store.get<number>("count")) ?? 0;
 *       await bot.store.set("count", count + 1);
 *       return ctx.reply(`That makes ${count + 1}.`);
 *     });
 *   },
 * });
 * ```
 */
export interface Store {
  get<T = Json>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** Entries whose key starts with the prefix, by key; at most `limit` (100, at most 1000). */
  list<T = Json>(prefix?: string, options?: { limit?: number }): Promise<{ key: string; value: T }[]>;
}

/** How something is that a bot looks after. */
export interface Health {
  ok: boolean;
  /** One sentence for the operator, with what to do where it is not well. */
  message: string;
}

/** Lines for the operator, shown on the instance's page. */
export interface Log {
  debug(message: string, data?: unknown): void;
  info(message: string, data?: unknown): void;
  warn(message: string, data?: unknown): void;
  error(message: string, data?: unknown): void;
}

/** Programs of the machine, where the operator granted them (permission `programs`). */
export interface Programs {
  /**
   * Runs a program with these arguments: no shell, no environment, in a private directory. Ends it
   * and all it started at the deadline. Rejects only where it may not or cannot run; a non-zero
   * exit code is a result.
   *
   * Files go in and come out by name: `files` lie in its directory when it begins, and those that `collect` names are
   * the plugin's when it has ended.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("small", "Show the film, made small", async (ctx) => {
   *       const film = await bot.files.fetch("https://films.example.org/today.mp4");
   *       const args = ["-i", "in.mp4", "-vf", "scale=480:-2", "out.mp4"];
   *       const { files } = await bot.programs.run("ffmpeg", args, { files: { "in.mp4": film }, collect: ["out.mp4"] });
   *       const small = files["out.mp4"];
   *       if (small) await ctx.sendFile(small, { name: "today.mp4" });
   *       await Promise.all([film.close(), small?.close()]);
   *     });
   *   },
   * });
   * ```
   */
  run(name: string, args: string[], options?: RunOptions): Promise<ProgramRun>;
}

/** How a run of a program ended. */
export interface ProgramRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  truncated: boolean;
  /** Of the files to collect, those that are there. Close what is no longer needed. */
  files: Record<string, BotFile>;
}

export interface RunOptions {
  /** 30,000 unless told. */
  timeoutMs?: number;
  /** Output beyond it is cut and `truncated` is set. 1 MiB unless told, at most 16 MiB. */
  maxOutputBytes?: number;
  /** What lies in its directory when it begins, by name: a text of up to 256 KiB, or a file; up to 8. */
  files?: Record<string, string | BotFile>;
  /** Names of files that it makes, up to 8. */
  collect?: string[];
}
