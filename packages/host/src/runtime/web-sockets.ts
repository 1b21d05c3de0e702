import { randomUUID } from "node:crypto";
import type { WebSocketEvent, WebSocketMessage } from "@rookery/plugin-sdk/protocol";
import type WebSocket from "ws";
import { AppError } from "../errors.ts";
import { failureOf, MAX_MESSAGE } from "./network.ts";

export interface OpenWebSocket {
  socket: string;
  protocol: string;
  closed: Promise<void>;
}

/** The WebSockets of one instance. */
export interface WebSockets {
  /**
   * Resolves when it is connected.
   *
   * @param connect begins to
   * @param signal ends it, connected or not; its reason is what the close says
   * @returns `closed` resolves when it is over
   * @throws AppError `LIMIT` beyond 8 of them, `DEADLINE`, and why it could not be connected
   */
  open(connect: () => WebSocket, signal?: AbortSignal): Promise<OpenWebSocket>;
  /** Resolves when it is on its way. @throws AppError `NO_SUCH_SOCKET`, `TOO_LARGE`, `LIMIT` */
  send(socket: string, message: WebSocketMessage): Promise<void>;
  /** What came since it was asked last; waits where nothing did. After `closed` comes nothing more. */
  receive(socket: string): Promise<WebSocketEvent[]>;
  /** Begins to close it; that it is closed is received. */
  close(socket: string, code: number | undefined, reason: string): void;
  closeAll(): void;
}

const MAX_SOCKETS = 8;
const OPEN_DEADLINE_MS = 15_000;
/** What may wait to be received, until nothing more is read from the network. */
const MAX_WAITING = { bytes: 256 * 1024, messages: 256 };
/** What may wait to be sent, in bytes. */
const MAX_UNSENT = 4 * MAX_MESSAGE;
/** In bytes: it travels in a control frame. */
const MAX_REASON = 123;

interface Line {
  socket: WebSocket;
  events: WebSocketEvent[];
  bytes: number;
  /** Told that there is something to receive. */
  wake: (() => void) | undefined;
}

export function createWebSockets(openDeadlineMs = OPEN_DEADLINE_MS): WebSockets {
  const lines = new Map<string, Line>();

  function get(id: string): Line {
    const line = lines.get(id);
    if (!line) throw new AppError("NO_SUCH_SOCKET", "This WebSocket is closed.");
    return line;
  }

  function put(line: Line, event: WebSocketEvent, size: number): void {
    line.events.push(event);
    line.bytes += size;
    if (line.bytes > MAX_WAITING.bytes || line.events.length > MAX_WAITING.messages) line.socket.pause();
    line.wake?.();
  }

  return {
    async open(connect, signal) {
      if (lines.size >= MAX_SOCKETS) {
        throw new AppError("LIMIT", `The plugin has ${MAX_SOCKETS} WebSockets already; close some first.`);
      }
      const socket = connect();
      const line: Line = { socket, events: [], bytes: 0, wake: undefined };
      const id = randomUUID();
      lines.set(id, line);
      let failure: Error | undefined;
      socket.on("error", (error) => {
        failure ??= error;
      });
      socket.on("message", (data: Buffer, isBinary) => {
        const message = isBinary ? { base64: data.toString("base64") } : { text: data.toString("utf8") };
        put(line, message, data.length);
      });
      function end(): void {
        failure ??= signal?.reason as Error;
        socket.terminate();
      }
      signal?.addEventListener("abort", end, { once: true });
      const closed = new Promise<void>((resolve) => {
        socket.once("close", () => {
          signal?.removeEventListener("abort", end);
          resolve();
        });
      });
      let late = false;
      const deadline = setTimeout(() => {
        late = true;
        socket.terminate();
      }, openDeadlineMs);
      try {
        await new Promise<void>((resolve, reject) => {
          socket.once("open", resolve);
          socket.once("close", () => reject(failureOf(new URL(socket.url).host, failure, late)));
        });
      } catch (error) {
        lines.delete(id);
        throw error;
      } finally {
        clearTimeout(deadline);
      }
      socket.once("close", (code, reason) => {
        const why = reason.toString("utf8") || failure?.message || "";
        put(line, { closed: { code, reason: why, wasClean: code !== 1006 } }, 0);
      });
      return { socket: id, protocol: socket.protocol, closed };
    },

    async send(id, message) {
      const { socket } = get(id);
      const data = "text" in message ? message.text : Buffer.from(message.base64, "base64");
      const size = Buffer.byteLength(data);
      if (size > MAX_MESSAGE)
        throw new AppError("TOO_LARGE", `A message of ${size} bytes; ${MAX_MESSAGE} are allowed.`);
      if (socket.bufferedAmount + size > MAX_UNSENT)
        throw new AppError("LIMIT", `More than ${MAX_UNSENT} bytes wait to be sent.`);
      // What it is told where the connection breaks off, `closed` tells, too.
      await new Promise<void>((resolve) => socket.send(data, () => resolve()));
    },

    async receive(id) {
      const line = get(id);
      if (line.wake) throw new AppError("CONFLICT", "This WebSocket is being received from already.");
      if (line.events.length === 0) {
        await new Promise<void>((resolve) => {
          line.wake = resolve;
        });
        line.wake = undefined;
      }
      const { events } = line;
      line.events = [];
      line.bytes = 0;
      line.socket.resume();
      if (events.some((event) => "closed" in event)) lines.delete(id);
      return events;
    },

    close(id, code, reason) {
      if (Buffer.byteLength(reason) > MAX_REASON)
        throw new AppError("BAD_REQUEST", `A reason for closing has at most ${MAX_REASON} bytes.`);
      get(id).socket.close(code, reason);
    },

    closeAll() {
      for (const { socket } of lines.values()) socket.terminate();
    },
  };
}
