import { domError } from "./errors.ts";
import { type Handler, HandlerTarget } from "./event-target.ts";
import type { IDBTransaction } from "./transaction.ts";

type Outcome = { result: unknown } | { error: DOMException };

/** One thing asked of the database, whose answer comes with `success` or `error`. */
export class IDBRequest extends HandlerTarget {
  readonly source: unknown;
  transaction: IDBTransaction | null;
  #outcome: Outcome | undefined;

  constructor(source: unknown, transaction: IDBTransaction | null) {
    super();
    this.source = source;
    this.transaction = transaction;
  }

  get readyState(): "pending" | "done" {
    return this.#outcome === undefined ? "pending" : "done";
  }

  get result(): unknown {
    const outcome = this.#settled();
    return "result" in outcome ? outcome.result : undefined;
  }

  get error(): DOMException | null {
    const outcome = this.#settled();
    return "error" in outcome ? outcome.error : null;
  }

  #settled(): Outcome {
    if (this.#outcome === undefined) throw domError("InvalidStateError", "The request is not done yet.");
    return this.#outcome;
  }

  /** Of the library, not of IndexedDB: sets the answer without saying so. */
  settle(outcome: Outcome | undefined): void {
    this.#outcome = outcome;
  }

  succeed(result: unknown): void {
    this.#outcome = { result };
    this.dispatchEvent(new Event("success"));
  }

  /** @returns whether somebody took the error to be handled, so that the transaction may go on */
  fail(error: DOMException): boolean {
    this.#outcome = { error };
    return !this.dispatchEvent(new Event("error", { bubbles: true, cancelable: true }));
  }

  get onsuccess(): Handler {
    return this.handler("success");
  }
  set onsuccess(handler: Handler) {
    this.setHandler("success", handler);
  }
  get onerror(): Handler {
    return this.handler("error");
  }
  set onerror(handler: Handler) {
    this.setHandler("error", handler);
  }
}

/** A request for a connection; `upgradeneeded` comes first where the database is new or of an older version. */
export class IDBOpenDBRequest extends IDBRequest {
  get onupgradeneeded(): Handler {
    return this.handler("upgradeneeded");
  }
  set onupgradeneeded(handler: Handler) {
    this.setHandler("upgradeneeded", handler);
  }
  get onblocked(): Handler {
    return this.handler("blocked");
  }
  set onblocked(handler: Handler) {
    this.setHandler("blocked", handler);
  }
}

/** Tells from which version to which a database is taken. */
export class IDBVersionChangeEvent extends Event {
  readonly oldVersion: number;
  readonly newVersion: number | null;

  constructor(type: string, versions: { oldVersion: number; newVersion: number | null }) {
    super(type);
    this.oldVersion = versions.oldVersion;
    this.newVersion = versions.newVersion;
  }
}
