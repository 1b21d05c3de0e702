import type { Context } from "./context.ts";
import type { BotFile } from "./files.ts";
import type { RoomsContext } from "./rooms-context.ts";

/** How a user as whom the bot acts is shown. */
export interface UserProfile {
  displayName?: string;
  avatar?: BotFile;
}

interface ActingUser {
  /** Sets name and picture, in all rooms where the user is. What is left out stays as it is. */
  setProfile(profile: UserProfile): Promise<void>;
}

/** What can be said and taken back in the room of an event. */
export type EventWrites = Pick<
  Context,
  | "reply"
  | "send"
  | "sendEvent"
  | "sendFile"
  | "sendMedia"
  | "sendLocation"
  | "react"
  | "edit"
  | "redact"
  | "thread"
  | "threadOf"
>;

/** What `ctx.as` gives: the context's own writes, in the name of somebody else. It is good until the handler ends. */
export interface ActingContext extends ActingUser, EventWrites {}

/** What `ctx.as` of a schedule or a webhook gives. It is good until the handler ends. */
export interface ActingRoomsContext
  extends ActingUser,
    Pick<RoomsContext, "sendTo" | "sendEventTo" | "sendFileTo" | "sendLocationTo" | "editIn" | "redactIn"> {}
