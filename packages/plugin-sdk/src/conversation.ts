import type { ArgSchemas, Args } from "./command-args.ts";
import type { Context, MessageContent } from "./context.ts";

/** A question, and what an answer to it must be. */
export interface Question<Schema extends ArgSchemas[string] = ArgSchemas[string]> {
  ask: MessageContent;
  answer: Schema;
}

/** Questions in the order in which they are asked, by the names that their answers get. */
export type Questions<A extends ArgSchemas> = { [Name in keyof A]: Question<A[Name]> };

export interface ConversationOptions<A extends ArgSchemas> {
  questions: Questions<A>;
  /** How long a question waits for its answer; 5 minutes unless told. */
  timeoutSeconds?: number;
  /** Runs for the last answer: its event is `ctx.event`. */
  done: (ctx: Context, answers: Args<A>) => unknown;
}

/** Questions to one person in one room, one after the other. */
export interface Conversation {
  /** Asks the event's sender the first question. One that they are still being asked is dropped for it. */
  start(ctx: Context): Promise<void>;
}
