/** A room event as the client-server API has it: https://spec.matrix.org/latest/client-server-api/#room-event-format */
export interface MatrixEvent<Content = Record<string, unknown>> {
  type: string;
  event_id: string;
  sender: string;
  /** Milliseconds since 1970, by the sender's homeserver. */
  origin_server_ts: number;
  content: Content;
  state_key?: string;
  redacts?: string;
  unsigned?: Record<string, unknown>;
}
