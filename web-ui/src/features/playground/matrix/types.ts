/** Content is what anyone wrote: nothing in it is certain until `timeline/content.ts` has read it. */
export type Content = Readonly<Record<string, unknown>>;

/** A client event of the Matrix specification, as far as the chat reads it. */
export interface MatrixEvent {
  readonly type: string;
  readonly event_id: string;
  readonly sender: string;
  /** Milliseconds since 1970, by the homeserver's clock. */
  readonly origin_server_ts: number;
  readonly content: Content;
  readonly state_key?: string;
  readonly redacts?: string;
  readonly unsigned?: Content;
}

interface JoinedRoom {
  readonly timeline?: { events?: MatrixEvent[]; limited?: boolean; prev_batch?: string };
  readonly state?: { events?: MatrixEvent[] };
  readonly ephemeral?: { events?: { type: string; content: Content }[] };
}

/** `GET /_matrix/client/v3/sync` */
export interface SyncResponse {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Record<string, JoinedRoom>;
    readonly invite?: Record<string, { invite_state?: { events?: MatrixEvent[] } }>;
    readonly leave?: Record<string, unknown>;
  };
}

/** `GET /_matrix/client/v3/rooms/{roomId}/messages`, newest first when reading backwards. */
export interface MessagesResponse {
  readonly chunk: MatrixEvent[];
  readonly end?: string;
}

/** `GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}`, newest first. */
export interface RelationsResponse {
  readonly chunk: MatrixEvent[];
  readonly next_batch?: string;
}
