import type { ErrorData } from "./errors.ts";
import type { ScheduleInfo } from "./schedule.ts";
import type { WebhookAnswer, WebhookInfo } from "./webhook.ts";

/** One event on its way to one instance, until it is settled. */
export interface Delivery {
  id: number;
  /** The event's room, or the lane of a schedule or a webhook. */
  roomId: string;
  /** The event's JSON text; it is parsed where it is used. */
  event: string;
  /** The sender's display name in the room, where they have one. */
  senderName: string | null;
}

/** How a delivery ended. A `user-error` was shown to the room and counts as answered. */
export interface Outcome {
  id: number;
  status: "done" | "failed";
  /** Names of the handlers that ran: `!hello`, `hears "instagram.com"`, `m.reaction`. Empty where nothing matched. */
  ran: string[];
  /** Who wrote was told what to do otherwise: by the command's arguments, or by a `UserError` of the handler. */
  told?: "arguments-refused" | "user-error";
  error?: ErrorData;
  /** For the sender of a request that is answered by its handler. */
  answer?: WebhookAnswer;
}

/** What an instance wants to be told of. The host matches it before anything crosses to the worker. */
export interface Subscriptions {
  prefix: string;
  commands: CommandInfo[];
  /** Texts a message must contain, in lower case. */
  texts: string[];
  /** A handler looks at every text message (a regular expression, which only its worker may run). */
  everyText: boolean;
  /** Event types by their Matrix names. */
  types: string[];
  schedules: ScheduleInfo[];
  webhooks: WebhookInfo[];
}

/** A name under which a command can be typed. */
export interface CommandInfo {
  /** Its first word, by which it is matched. Several may share it. */
  name: string;
  usage: string;
  description: string;
  /** All its words, where it has several: `feed add`. */
  path?: string;
  /** The command for which it is another name. */
  aliasOf?: string;
  /** It is not listed by `!help`. */
  hidden?: boolean;
  /** It is the SDK's own `!help`, which one instance of an account answers for all. */
  builtIn?: boolean;
}
