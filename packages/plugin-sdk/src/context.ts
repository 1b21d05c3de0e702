import type { MatrixEvent } from "./event.ts";
import type { BotFile } from "./files.ts";
import type { JsonObject } from "./protocol/json.ts";

/** Text, or text with its HTML: https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes */
export type MessageContent = string | { text: string; html: string };

/** An event that the bot sent. */
export interface SentEvent {
  eventId: string;
}

/** What a handler gets: one event, and what can be done about it. It is good until the handler ends. */
export interface Context {
  readonly event: MatrixEvent;
  readonly sender: { readonly userId: string; readonly displayName: string };
  readonly room: { readonly roomId: string };
  /** The message's text without a quoted reply, or `""`. */
  readonly text: string;
  /** Aborted when the instance stops or this event took too long. */
  readonly signal: AbortSignal;

  /** Answers: a reply to the event, in its thread where there is one. */
  reply(content: MessageContent): Promise<SentEvent>;
  /** Says something in the room, in the event's thread where there is one. */
  send(content: MessageContent): Promise<SentEvent>;
  /** Sends any event into the room. */
  sendEvent(type: string, content: JsonObject): Promise<SentEvent>;
  /** Sends a file as a picture, video, audio or file, whichever its content is. */
  sendFile(file: BotFile, options?: SendFileOptions): Promise<SentEvent>;
  /** Reacts to the event, or to another. */
  react(key: string, to?: SentEvent): Promise<SentEvent>;
  /** Replaces the text of something the bot said. */
  edit(sent: SentEvent, content: MessageContent): Promise<SentEvent>;
  /** Removes something the bot sent. */
  redact(sent: SentEvent, reason?: string): Promise<void>;
  /** Shows a reaction on the event while the work goes on, `⏳` unless told, and removes it after. */
  progress<T>(work: () => Promise<T>, key?: string): Promise<T>;
}

/** In a command's handler: the checked arguments. */
export interface CommandContext<A> extends Context {
  readonly args: A;
}

/** In a `hears` handler: what matched; for a plain text, only `match[0]`. */
export interface HearsContext extends Context {
  readonly match: RegExpMatchArray;
}

export interface SendFileOptions {
  name?: string;
  caption?: string;
  /** As a reply to the event. Else it is only sent into the room. */
  reply?: boolean;
  width?: number;
  height?: number;
  durationMs?: number;
  thumbnail?: BotFile;
}
