import type { ActingContext } from "./acting-user.ts";
import type { MatrixEvent } from "./event.ts";
import type { BotFile } from "./files.ts";
import type { FormattedText } from "./formatted-text.ts";
import type { Location } from "./location.ts";
import type { UploadedMedia } from "./protocol/host-api.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { NewRoom, RoomInfo, RoomMember, SenderPower } from "./rooms.ts";

/**
 * Text, or text with its HTML, as `markdown` makes it:
 * https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes
 */
export type MessageContent = string | FormattedText;

/** An event that the bot sent. */
export interface SentEvent {
  eventId: string;
}

/** A file that the bot sent. */
export interface SentFile extends SentEvent {
  /**
   * What of it lies on the homeserver, as JSON that can be kept: {@link Context.sendMedia} sends it again without an
   * upload. `null` in an encrypted room.
   */
  media: UploadedMedia | null;
}

/** What a handler gets: one event, and what can be done about it. It is good until the handler ends. */
export interface Context {
  readonly event: MatrixEvent;
  readonly sender: Sender;
  readonly room: ContextRoom;
  /** The message's text without the quote before it, or `""`. */
  readonly text: string;
  /** Aborted when the instance stops or this event took too long. */
  readonly signal: AbortSignal;

  /** Answers: a reply to the event, in its thread where there is one. Its sender is notified. */
  reply(content: MessageContent): Promise<SentEvent>;
  /** Says something in the room, in the event's thread where there is one. */
  send(content: MessageContent): Promise<SentEvent>;
  /**
   * The event's thread: the one that it is in, or else a new one below it, which begins with the first word.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("build", "Build the site", async (ctx) => {
   *       const { stdout } = await bot.programs.run("build", []);
   *       for (const line of stdout.split("\n").slice(0, 5)) await ctx.thread.send(line);
   *     });
   *   },
   * });
   * ```
   */
  readonly thread: Thread;
  /** A thread below something that the bot said in the room, not in a thread. */
  threadOf(sent: SentEvent): Omit<Thread, "rootId" | "isNew" | "reply">;
  /** Sends any event into the room. */
  sendEvent(type: string, content: JsonObject): Promise<SentEvent>;
  /** Sends a file as a picture, video, audio or file, whichever its content is. */
  sendFile(file: BotFile, options?: SendFileOptions): Promise<SentFile>;
  /**
   * Sends again what `sendFile` sent before, from the homeserver's own copy: nothing is downloaded or uploaded. Of
   * rooms that are encrypted ({@link ContextRoom.encrypted}), leave it out: everybody with the address could read it.
   *
   * @example
   * ```ts
   * import { definePlugin, type UploadedMedia } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("logo", "Show the logo", async (ctx) => {
   *       const known = await bot.store.get<UploadedMedia>("logo");
   *       if (known && !(await ctx.room.encrypted())) return ctx.sendMedia(known, { name: "logo.png" });
   *       const file = await bot.files.fetch("https://example.org/logo.png");
   *       const { media } = await ctx.sendFile(file, { name: "logo.png" });
   *       if (media) await bot.store.set("logo", media);
   *       await file.close();
   *     });
   *   },
   * });
   * ```
   */
  sendMedia(media: UploadedMedia, options?: SendMediaOptions): Promise<SentEvent>;
  /**
   * Shows a place on a map.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("where", "Where we meet", (ctx) =>
   *       ctx.sendLocation({ latitude: 52.5163, longitude: 13.3777, description: "At the gate" }));
   *   },
   * });
   * ```
   */
  sendLocation(place: Location): Promise<SentEvent>;
  /** Reacts to the event, or to something the bot said. */
  react(key: string, to?: SentEvent): Promise<SentEvent>;
  /**
   * Replaces the text of something the bot said. Nobody is notified of it.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("deploy", "Deploy the site", async (ctx) => {
   *       const answer = await ctx.reply("Deploying …");
   *       await bot.programs.run("deploy", []);
   *       await ctx.edit(answer, "Deployed.");
   *     });
   *   },
   * });
   * ```
   */
  edit(sent: SentEvent, content: MessageContent): Promise<SentEvent>;
  /** Removes something the bot sent; with the permission `rooms: ["moderate"]`, what others sent, too. */
  redact(sent: SentEvent, reason?: string): Promise<void>;
  /**
   * Writes as another user of the bot's homeserver, named by the first part of their user ID, where the
   * operator granted that (permission `impersonate`) and the account is an application service's. With
   * the first word the user is made, and brought into the room.
   *
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("say", { description: "Let Ada say it", args: { text: Type.String() } }, (ctx) =>
   *       ctx.as("slack_ada").send(ctx.args.text));
   *   },
   * });
   * ```
   */
  as(localpart: string): ActingContext;
  /**
   * Makes a room, in which the bot is from then on (permission `rooms: ["create"]`). When the handler
   * runs again after a crash, it is the same room.
   *
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("incident", { description: "Open a room", args: { name: Type.String() } }, async (ctx) => {
   *       const room = await ctx.createRoom({ name: ctx.args.name, invite: [ctx.sender.userId] });
   *       return ctx.reply(`https://matrix.to/#/${room.roomId}`);
   *     });
   *   },
   * });
   * ```
   */
  createRoom(room?: NewRoom): Promise<{ roomId: string }>;
  /**
   * Shows a reaction on the event while the work goes on, `⏳` unless told, and removes it after,
   * also when the work throws.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("report", "Fetch the report", (ctx) =>
   *       ctx.progress(async () => {
   *         const { stdout } = await bot.programs.run("report", ["--today"]);
   *         await ctx.reply(stdout);
   *       }));
   *   },
   * });
   * ```
   */
  progress<T>(work: () => Promise<T>, key?: string): Promise<T>;
  /**
   * Shows the bot as typing in the room, for 30 seconds or until `ctx.typing(false)`.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("fortune", "Tell a fortune", async (ctx) => {
   *       await ctx.typing();
   *       const { stdout } = await bot.programs.run("fortune", []);
   *       await ctx.reply(stdout);
   *       await ctx.typing(false);
   *     });
   *   },
   * });
   * ```
   */
  typing(on?: boolean): Promise<void>;
  /**
   * Marks the event as read: its sender sees that the bot took note.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.hears("deployed", async (ctx) => {
   *       await bot.store.set("last deployment", ctx.event.origin_server_ts);
   *       await ctx.markRead();
   *     });
   *   },
   * });
   * ```
   */
  markRead(): Promise<void>;
}

/** A thread of a room. */
export interface Thread {
  /** The event below which it is. */
  readonly rootId: string;
  /** Whether nothing has been said in it, as far as the event tells. */
  readonly isNew: boolean;
  /** Answers the event there; its sender is notified. */
  reply(content: MessageContent): Promise<SentEvent>;
  /** Says something there. */
  send(content: MessageContent): Promise<SentEvent>;
  /** Sends a file there. */
  sendFile(file: BotFile, options?: SendFileOptions): Promise<SentFile>;
  /** Sends there again what was sent before. */
  sendMedia(media: UploadedMedia, options?: SendMediaOptions): Promise<SentEvent>;
}

/** Who sent an event. */
export interface Sender {
  readonly userId: string;
  readonly displayName: string;
  /**
   * What they may do in the room, now. It is kept by the host, so that it costs no request.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.hears("cheap watches", async (ctx) => {
   *       const { powerLevel } = await ctx.sender.power();
   *       if (powerLevel < 50) await ctx.react("🚨");
   *     });
   *   },
   * });
   * ```
   */
  power(): Promise<SenderPower>;
}

/** The room of an event. What it is like is kept by the host, so that it costs no request. */
export interface ContextRoom {
  readonly roomId: string;
  /** `null` where it has none. */
  name(): Promise<string | null>;
  /** Whether what is said in it is encrypted. */
  encrypted(): Promise<boolean>;
  /** Name, topic, address, encryption and power levels (permission `rooms: ["state"]`). */
  info(): Promise<RoomInfo>;
  /** Who is in it (permission `rooms: ["state"]`). */
  members(): Promise<RoomMember[]>;
}

/** In a command's handler: the checked arguments. */
export interface CommandContext<A> extends Context {
  readonly args: A;
}

/**
 * In a handler of `edit`, `redaction` or `reaction`: the earlier event that it is about. After an
 * edit, `text` is the new text, and what answers it or reacts to it does so to the event that was edited.
 */
export interface FollowUpContext extends Context {
  readonly target: SentEvent;
}

/** In a `hears` handler: what matched; for a plain text, only `match[0]`. */
export interface HearsContext extends Context {
  readonly match: RegExpMatchArray;
}

/** How a file is sent that lies on the homeserver already: as what it is, with the previews that it has. */
export type SendMediaOptions = Pick<SendFileOptions, "name" | "caption" | "spoiler" | "reply">;

export interface SendFileOptions {
  name?: string;
  /** A text under it. */
  caption?: MessageContent;
  /** What its content is, unless told: a mere file to download, a voice message (audio), a sticker (a picture). */
  as?: "file" | "voice" | "sticker";
  /** Covered until somebody wants to see it, where clients can do that; a text says what it is. */
  spoiler?: boolean | string;
  /** As a reply to the event. Else it is only sent into the room. */
  reply?: boolean;
  width?: number;
  height?: number;
  durationMs?: number;
  /** Another picture, shown until this file is loaded. */
  thumbnail?: BotFile;
  /**
   * Whether the host makes what is shown of a picture until it is loaded: a thumbnail, where it is large, and a
   * blurhash (of a handed `thumbnail`, too); `"blurhash"`: without a thumbnail. `true` unless told.
   */
  preview?: boolean | "blurhash";
}
