import type { SentEvent } from "./context.ts";
import type { MatrixEvent } from "./event.ts";
import type { JsonObject } from "./protocol/json.ts";

/** What a new room is like. */
export interface NewRoom {
  name?: string;
  topic?: string;
  /** User IDs; needs the permission to invite, too. */
  invite?: string[];
  /** Whether anybody may join, and finds it in the directory. Only who is invited, unless told. */
  isPublic?: boolean;
  /** Whether clients show it as a conversation with whom it is invited to. */
  isDirect?: boolean;
}

/** What a room is like. Its members wrote all of it. */
export interface RoomInfo {
  name: string | null;
  topic: string | null;
  /** `#office:example.org` */
  canonicalAlias: string | null;
  encrypted: boolean;
  /** The content of `m.room.power_levels`. */
  powerLevels: JsonObject;
}

/** What somebody may do in a room. */
export interface SenderPower {
  /** 0 for most people, 50 for moderators, 100 for admins; the creators of newer rooms stand above all. */
  powerLevel: number;
  may: {
    invite: boolean;
    kick: boolean;
    ban: boolean;
    /** Remove what others said. */
    redact: boolean;
    /** Change those settings of the room that have no level of their own. */
    setState: boolean;
    /** Notify everybody with `@room`. */
    notifyRoom: boolean;
  };
}

/** Somebody who is in a room. */
export interface RoomMember {
  userId: string;
  displayName: string | null;
}

/** A page of what was said in a room, newest first. */
export interface RoomHistory {
  events: MatrixEvent[];
  /** Where the next page, of older events, begins; `null` at the room's beginning. */
  next: string | null;
}

/**
 * The rooms of the bot's account in which the operator lets it act (permission `rooms`, each
 * operation by itself). Where the account lacks the power in a room, the homeserver says so with a
 * `HostError` `M_FORBIDDEN`.
 *
 * All of it may be done twice: who is invited, kicked or banned already stays so, and state that is
 * set again is as it was.
 */
export interface Rooms {
  /**
   * Invites somebody (`invite`).
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("letmein", "Get invited to the workshop", (ctx) =>
   *       bot.rooms.invite("!workshop:example.org", ctx.sender.userId, "You asked for it."));
   *   },
   * });
   * ```
   */
  invite(roomId: string, userId: string, reason?: string): Promise<void>;
  /** Removes somebody, who may come back (`moderate`). */
  kick(roomId: string, userId: string, reason?: string): Promise<void>;
  /**
   * Removes somebody for good (`moderate`). With the same permission, `ctx.redact` removes what
   * others said.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.hears("cheap watches", async (ctx) => {
   *       await ctx.redact({ eventId: ctx.event.event_id }, "Spam");
   *       await bot.rooms.ban(ctx.room.roomId, ctx.sender.userId, "Spam");
   *     });
   *   },
   * });
   * ```
   */
  ban(roomId: string, userId: string, reason?: string): Promise<void>;
  /** Lets somebody who is banned come back (`moderate`). */
  unban(roomId: string, userId: string, reason?: string): Promise<void>;
  /** A setting of a room, or `undefined` where it has none (`state`). Check it before you trust it. */
  getState<Content = JsonObject>(
    roomId: string,
    type: string,
    stateKey?: string,
  ): Promise<Content | undefined>;
  /**
   * Sets a setting of a room (`state`): any but who is a member, which `invite`, `kick` and `ban` change.
   *
   * @example
   * ```ts
   * import { definePlugin, Type } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("topic", { description: "Set the topic", args: { topic: Type.String() } }, (ctx) =>
   *       bot.rooms.setState(ctx.room.roomId, "m.room.topic", { topic: ctx.args.topic }));
   *   },
   * });
   * ```
   */
  setState(roomId: string, type: string, content: JsonObject, stateKey?: string): Promise<SentEvent>;
  /** What a room is like: kept by the host, so that it costs no request (`state`). */
  info(roomId: string): Promise<RoomInfo>;
  /** Who is in a room now; kept likewise (`state`). */
  members(roomId: string): Promise<RoomMember[]>;
  /**
   * What was said in a room, from the newest backwards (`history`).
   *
   * @param options `limit`: 1 to 100 events, 50 unless told; `from`: the `next` of the page before
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.command("quiet", "Is it quiet here?", async (ctx) => {
   *       const { events } = await bot.rooms.history(ctx.room.roomId, { limit: 20 });
   *       const recent = events.filter((event) => Date.now() - event.origin_server_ts < 60_000);
   *       return ctx.reply(recent.length > 5 ? "No." : "Yes.");
   *     });
   *   },
   * });
   * ```
   */
  history(roomId: string, options?: { from?: string; limit?: number }): Promise<RoomHistory>;
}
