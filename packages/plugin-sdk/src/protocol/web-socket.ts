/** A message as it crosses: text, or bytes as base64. */
export type WebSocketMessage = { text: string } | { base64: string };

/** What a WebSocket brings, in its order. After `closed` comes nothing more. */
export type WebSocketEvent = WebSocketMessage | { closed: WebSocketClosed };

export interface WebSocketClosed {
  /** As RFC 6455 has them; 1006 where the connection broke off. */
  code: number;
  reason: string;
  wasClean: boolean;
}
