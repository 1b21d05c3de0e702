import { Buffer } from "node:buffer";
import type { Log } from "@rookery/plugin-sdk";
import type { WebSocketClosed, WebSocketMessage } from "@rookery/plugin-sdk/protocol";
import type { HostLink } from "@rookery/plugin-sdk/runtime";

const EVENTS = ["open", "message", "error", "close"] as const;
type EventType = (typeof EVENTS)[number];
type Listener = ((event: object) => unknown) | { handleEvent(event: object): unknown };

/** A quiet WebSocket brings nothing for days. */
const NEVER_MS = 2 ** 31 - 1;
const MAX_REASON_BYTES = 123;

/**
 * The `WebSocket` of a compartment with the `network` permission, as the WHATWG has it, but for blobs
 * and extensions. The host has the connection and checks where it leads; this asks it for what came.
 */
export function createWebSocketClass(host: HostLink, log: Log): object {
  return class WebSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;

    readonly url: string;
    readonly extensions = "";
    #protocol = "";
    #state = 0;
    #buffered = 0;
    /** The host's name for it, once it is connected. */
    #socket: string | undefined;
    #closing: { code?: number; reason?: string } | undefined;
    readonly #listeners = new Map<string, Map<Listener, boolean>>();
    readonly #handlers: Partial<Record<EventType, Listener>> = {};

    constructor(url: string | URL, protocols: string | string[] = []) {
      const parsed = URL.parse(String(url));
      if (!parsed) throw new SyntaxError(`"${url}" is not the address of a WebSocket.`);
      if (parsed.protocol === "http:") parsed.protocol = "ws:";
      if (parsed.protocol === "https:") parsed.protocol = "wss:";
      this.url = parsed.href;
      const wanted = typeof protocols === "string" ? [protocols] : [...protocols].map(String);
      void this.#run(wanted);
    }

    get protocol() {
      return this.#protocol;
    }
    get readyState() {
      return this.#state;
    }
    /** Bytes that were sent and are not on their way yet. */
    get bufferedAmount() {
      return this.#buffered;
    }
    get binaryType() {
      return "arraybuffer";
    }
    set binaryType(type: string) {
      if (type !== "arraybuffer")
        throw new TypeError('There are no blobs here: binaryType is "arraybuffer".');
    }

    get onopen() {
      return this.#handlers.open ?? null;
    }
    set onopen(listener: Listener | null) {
      this.#handle("open", listener);
    }
    get onmessage() {
      return this.#handlers.message ?? null;
    }
    set onmessage(listener: Listener | null) {
      this.#handle("message", listener);
    }
    get onerror() {
      return this.#handlers.error ?? null;
    }
    set onerror(listener: Listener | null) {
      this.#handle("error", listener);
    }
    get onclose() {
      return this.#handlers.close ?? null;
    }
    set onclose(listener: Listener | null) {
      this.#handle("close", listener);
    }

    addEventListener(type: string, listener: Listener, options: { once?: boolean } | boolean = {}): void {
      const of = this.#listeners.get(type) ?? new Map<Listener, boolean>();
      this.#listeners.set(type, of);
      if (!of.has(listener)) of.set(listener, typeof options === "object" && options.once === true);
    }

    removeEventListener(type: string, listener: Listener): void {
      this.#listeners.get(type)?.delete(listener);
    }

    send(data: string | ArrayBuffer | ArrayBufferView): void {
      if (this.#state === 0) throw new Error("The WebSocket is not open yet; wait for its open event.");
      const socket = this.#socket;
      if (this.#state !== 1 || socket === undefined) return;
      const { message, size } = toMessage(data);
      this.#buffered += size;
      host.call("web-socket.send", { socket, message }).then(
        () => {
          this.#buffered -= size;
        },
        (error: unknown) => {
          this.#buffered -= size;
          if (this.#state === 3) return;
          this.#fire("error", { error, message: messageOf(error) });
          this.close();
        },
      );
    }

    close(code?: number, reason?: string): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
        throw new RangeError(`A WebSocket is closed with 1000, or 3000 to 4999, not with ${code}.`);
      if (reason !== undefined && Buffer.byteLength(String(reason)) > MAX_REASON_BYTES)
        throw new SyntaxError(`A reason for closing has at most ${MAX_REASON_BYTES} bytes.`);
      if (this.#state >= 2) return;
      this.#state = 2;
      this.#closing = {
        ...(code === undefined ? {} : { code: Math.trunc(code) }),
        ...(reason === undefined ? {} : { reason: String(reason) }),
      };
      this.#closeNow();
    }

    #closeNow(): void {
      if (this.#socket === undefined || !this.#closing) return;
      // Where it is closed already, the host tells so as its last event.
      host.call("web-socket.close", { socket: this.#socket, ...this.#closing }).catch(() => undefined);
    }

    async #run(protocols: string[]): Promise<void> {
      try {
        const { socket, protocol } = await host.call("web-socket.open", { url: this.url, protocols });
        this.#socket = socket;
        if (this.#state === 0) {
          this.#state = 1;
          this.#protocol = protocol;
          this.#fire("open", {});
        } else {
          this.#closeNow();
        }
        while (true) {
          for (const event of await host.call("web-socket.receive", { socket }, NEVER_MS)) {
            if ("closed" in event) return this.#end(event.closed);
            if (this.#state === 1)
              this.#fire("message", { data: toData(event), origin: new URL(this.url).origin });
          }
        }
      } catch (error) {
        const reason = messageOf(error);
        this.#fire("error", { error, message: reason });
        this.#end({ code: 1006, reason, wasClean: false });
      }
    }

    #end(closed: WebSocketClosed): void {
      this.#state = 3;
      this.#fire("close", closed);
    }

    #handle(type: EventType, listener: Listener | null): void {
      if (typeof listener === "function") this.#handlers[type] = listener;
      else delete this.#handlers[type];
    }

    #fire(type: EventType, about: object): void {
      // Not hardened: that would go on to the socket, on which plugins put things of their own.
      const event = Object.freeze({ type, target: this, currentTarget: this, ...about });
      const handler = this.#handlers[type];
      if (handler) void this.#tell(handler, event);
      const of = this.#listeners.get(type);
      for (const [listener, once] of [...(of ?? [])]) {
        if (once) of?.delete(listener);
        void this.#tell(listener, event);
      }
    }

    /** What a listener throws, now or later, ends nothing. */
    async #tell(listener: Listener, event: object): Promise<void> {
      try {
        await (typeof listener === "function" ? listener.call(this, event) : listener.handleEvent(event));
      } catch (error) {
        log.error("A listener of a WebSocket threw:", error);
      }
    }
  };
}

function toMessage(data: unknown): { message: WebSocketMessage; size: number } {
  if (typeof data === "string") return { message: { text: data }, size: Buffer.byteLength(data) };
  const bytes = ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : data instanceof ArrayBuffer
      ? Buffer.from(data)
      : null;
  if (!bytes) throw new TypeError("A WebSocket sends texts, array buffers and views of them.");
  return { message: { base64: bytes.toString("base64") }, size: bytes.length };
}

function toData(message: WebSocketMessage): string | ArrayBuffer {
  return "text" in message ? message.text : new Uint8Array(Buffer.from(message.base64, "base64")).buffer;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
