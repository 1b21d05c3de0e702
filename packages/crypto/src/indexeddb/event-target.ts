type Handler = ((event: Event) => unknown) | null | undefined;

/** An EventTarget whose handlers can be set as properties (`onsuccess = …`), as the wasm sets them. */
export class HandlerTarget extends EventTarget {
  readonly #handlers = new Map<string, { handler: Handler; listener: (event: Event) => void }>();

  protected handler(type: string): Handler {
    return this.#handlers.get(type)?.handler ?? null;
  }

  protected setHandler(type: string, handler: Handler): void {
    const before = this.#handlers.get(type);
    if (before !== undefined) this.removeEventListener(type, before.listener);
    this.#handlers.delete(type);
    if (typeof handler !== "function") return;
    const listener = (event: Event) => void handler.call(this, event);
    this.addEventListener(type, listener);
    this.#handlers.set(type, { handler, listener });
  }
}

export type { Handler };
