// What every plugin uses.

export { type Static, type TSchema, Type } from "typebox";
// For types of your own functions.
export type { ActingContext, ActingRoomsContext, UserProfile } from "./acting-user.ts";
export type { Bot, Health, Log, ProgramRun, Programs, RunOptions, Store } from "./bot.ts";
export type { ArgSchemas, Args } from "./command-args.ts";
export type { Allow, CommandOptions } from "./command-options.ts";
export type {
  CommandContext,
  Context,
  ContextRoom,
  FollowUpContext,
  HearsContext,
  MessageContent,
  Sender,
  SendFileOptions,
  SendMediaOptions,
  SentEvent,
  SentFile,
  Thread,
} from "./context.ts";
export type { Conversation, ConversationOptions, Question, Questions } from "./conversation.ts";
export type { Database } from "./database.ts";
export { definePlugin, type Plugin, type PluginDefinition } from "./define-plugin.ts";
export { RetryLater, UserError } from "./errors.ts";
export type { MatrixEvent } from "./event.ts";
export type { BotFile, FetchFileOptions, Files } from "./files.ts";
export { type FormattedText, type Mentions, mention, spoiler } from "./formatted-text.ts";
export { escapeHtml } from "./html.ts";
export type { Location } from "./location.ts";
export { type MarkdownValue, markdown } from "./markdown.ts";
export { parse } from "./parse.ts";
// When the host says no.
export type { RunResult, SqlRow, SqlValue } from "./protocol/database.ts";
export { HostError } from "./protocol/errors.ts";
export type { UploadedMedia } from "./protocol/host-api.ts";
export type { Json, JsonObject } from "./protocol/json.ts";
export type { WebhookMethod } from "./protocol/webhook.ts";
export type { NewRoom, RoomHistory, RoomInfo, RoomMember, Rooms, SenderPower } from "./rooms.ts";
export type { RoomsContext } from "./rooms-context.ts";
export type { ScheduleContext, ScheduleOptions } from "./schedule.ts";
export type { WebhookContext, WebhookOptions, WebhookRequest, WebhookResponse } from "./webhook.ts";
