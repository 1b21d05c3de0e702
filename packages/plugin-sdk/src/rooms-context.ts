import type { ActingRoomsContext } from "./acting-user.ts";
import type { MessageContent, SendFileOptions, SentEvent } from "./context.ts";
import type { BotFile } from "./files.ts";
import type { Location } from "./location.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { NewRoom } from "./rooms.ts";

/** What a handler gets that no event of a room began: all rooms that the bot is in. It is good until the handler ends. */
export interface RoomsContext {
  /** Aborted when the instance stops or the handler took too long. */
  readonly signal: AbortSignal;

  /** Says something in a room, or in the thread below something that was said there. */
  sendTo(roomId: string, content: MessageContent, options?: { thread?: SentEvent }): Promise<SentEvent>;
  /** Sends any event into a room. */
  sendEventTo(roomId: string, type: string, content: JsonObject): Promise<SentEvent>;
  /** Sends a file as a picture, video, audio or file, whichever its content is. */
  sendFileTo(roomId: string, file: BotFile, options?: Omit<SendFileOptions, "reply">): Promise<SentEvent>;
  /** Shows a place on a map. */
  sendLocationTo(roomId: string, place: Location): Promise<SentEvent>;
  /** Replaces the text of something the bot said in a room. */
  editIn(roomId: string, sent: SentEvent, content: MessageContent): Promise<SentEvent>;
  /** Removes something the bot sent into a room. */
  redactIn(roomId: string, sent: SentEvent, reason?: string): Promise<void>;
  /** Writes as another user of the bot's homeserver, as `ctx.as` of an event does (permission `impersonate`). */
  as(localpart: string): ActingRoomsContext;
  /** Makes a room, in which the bot is from then on; when the handler is run again, it is the same room. */
  createRoom(room?: NewRoom): Promise<{ roomId: string }>;
}
