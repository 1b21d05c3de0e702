import type { MessageContent, SendFileOptions, SentEvent } from "./context.ts";
import type { BotFile } from "./files.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { NewRoom } from "./rooms.ts";

/** When a schedule is due. */
export interface ScheduleOptions {
  /**
   * Minute, hour, day of the month, month, day of the week: `"0 9 * * MON-FRI"`. With a sixth field
   * in front: seconds.
   */
  cron: string;
  /** As the IANA names it, such as `Europe/Berlin`; UTC unless told. */
  timeZone?: string;
  /**
   * How late a missed run may be made up for. The instance's catch-up age unless told: an hour, where
   * neither the operator nor the manifest says another.
   */
  catchUpSeconds?: number;
}

/** What a schedule's handler gets: a time, and all rooms that the bot is in. It is good until the handler ends. */
export interface ScheduleContext {
  /** When the run was due; the handler may begin later. */
  readonly dueAt: Date;
  /** Aborted when the instance stops or this run took too long. */
  readonly signal: AbortSignal;

  /** Says something in a room. */
  sendTo(roomId: string, content: MessageContent): Promise<SentEvent>;
  /** Sends any event into a room. */
  sendEventTo(roomId: string, type: string, content: JsonObject): Promise<SentEvent>;
  /** Sends a file as a picture, video, audio or file, whichever its content is. */
  sendFileTo(roomId: string, file: BotFile, options?: Omit<SendFileOptions, "reply">): Promise<SentEvent>;
  /** Replaces the text of something the bot said in a room. */
  editIn(roomId: string, sent: SentEvent, content: MessageContent): Promise<SentEvent>;
  /** Removes something the bot sent into a room. */
  redactIn(roomId: string, sent: SentEvent, reason?: string): Promise<void>;
  /** Makes a room, in which the bot is from then on; when the run is repeated, it is the same room. */
  createRoom(room?: NewRoom): Promise<{ roomId: string }>;
}
