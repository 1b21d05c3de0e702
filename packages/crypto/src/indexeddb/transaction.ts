import type { IDBDatabase } from "./database.ts";
import { domError } from "./errors.ts";
import { type Handler, HandlerTarget } from "./event-target.ts";
import type { SqliteFile } from "./file.ts";
import { type Names, sortedNames } from "./names.ts";
import { IDBObjectStore } from "./object-store.ts";
import { IDBRequest } from "./request.ts";

export type Mode = "readonly" | "readwrite" | "versionchange";

interface Step {
  /** None for what nobody is told of, such as the filling of a new index. */
  request?: IDBRequest;
  run: () => unknown;
}

/**
 * A transaction: the requests made in it run one after another, each in a task of its own, and it ends by itself when
 * one has been answered and no further one was made. `complete` comes when what it wrote is on the disk.
 */
export class IDBTransaction extends HandlerTarget {
  readonly db: IDBDatabase;
  readonly mode: Mode;
  error: DOMException | null = null;
  readonly #scope: string[];
  readonly #file: SqliteFile;
  readonly #steps: Step[] = [];
  #state: "open" | "committing" | "finished" = "open";
  #begun = false;
  #done: (() => void) | undefined;

  constructor(db: IDBDatabase, file: SqliteFile, names: string[], mode: Mode) {
    super();
    this.db = db;
    this.mode = mode;
    this.#scope = names;
    this.#file = file;
    file.enqueue({ begin: (done) => this.#begin(done) });
  }

  /** While a database is upgraded, all that it has at that moment. */
  get objectStoreNames(): Names {
    return this.mode === "versionchange" ? this.db.objectStoreNames : sortedNames(this.#scope);
  }

  objectStore(name: string): IDBObjectStore {
    this.assertUnfinished();
    const store = this.objectStoreNames.contains(name) ? this.db.schema.get(name) : undefined;
    if (store === undefined) throw domError("NotFoundError", `The transaction has no store "${name}".`);
    return new IDBObjectStore(store, this, this.#file);
  }

  commit(): void {
    if (this.#state !== "open") throw domError("InvalidStateError", "The transaction has ended.");
    this.#state = "committing";
  }

  abort(): void {
    if (this.#state !== "open") throw domError("InvalidStateError", "The transaction has ended.");
    this.#abort(null);
  }

  /** Of the library: one more request of this transaction. */
  ask(source: unknown, run: () => unknown): IDBRequest {
    const request = new IDBRequest(source, this);
    this.enqueue({ request, run });
    return request;
  }

  enqueue(step: Step): void {
    this.assertOpen();
    this.#steps.push(step);
  }

  assertOpen(): void {
    if (this.#state !== "open") {
      throw domError("TransactionInactiveError", "The transaction has ended: make a new one.");
    }
  }

  assertUnfinished(): void {
    if (this.#state === "finished") throw domError("InvalidStateError", "The transaction has ended.");
  }

  assertWritable(): void {
    this.assertOpen();
    if (this.mode === "readonly") throw domError("ReadOnlyError", "The transaction is for reading only.");
  }

  /** What a new version's transaction does first, before the requests made in it. */
  protected onBegun(): void {}

  #begin(done: () => void): void {
    // Aborted before its turn came.
    if (this.#state === "finished") {
      done();
      return;
    }
    this.#done = done;
    try {
      this.#file.begin(this.mode !== "readonly");
      this.#begun = true;
      this.onBegun();
    } catch (error) {
      this.#abort(this.#failure(error));
      return;
    }
    setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.#state === "finished") return;
    const step = this.#steps.shift();
    if (step === undefined) {
      this.#commit();
      return;
    }
    let outcome: { result: unknown } | { error: DOMException };
    try {
      outcome = { result: step.run() };
    } catch (error) {
      outcome = { error: this.#failure(error) };
    }
    if ("result" in outcome) step.request?.succeed(outcome.result);
    else if (!(step.request?.fail(outcome.error) ?? false) || !this.#file.isInTransaction) {
      // Where the handler aborted it itself, that has been seen to.
      if (!this.#isFinished()) this.#abort(outcome.error);
      return;
    }
    // In a task of its own, so that whoever awaits the answer can ask for more first.
    setImmediate(() => this.#next());
  }

  #isFinished(): boolean {
    return this.#state === "finished";
  }

  #commit(): void {
    try {
      this.#file.commit();
    } catch (error) {
      this.#abort(this.#failure(error));
      return;
    }
    this.#state = "finished";
    this.dispatchEvent(new Event("complete"));
    this.#done?.();
  }

  #abort(error: DOMException | null): void {
    this.#state = "finished";
    this.error = error;
    if (this.#begun) this.#file.rollback();
    const aborted = domError("AbortError", "The transaction was aborted.");
    for (const { request } of this.#steps.splice(0)) setImmediate(() => request?.fail(aborted));
    setImmediate(() => {
      this.dispatchEvent(new Event("abort", { bubbles: true }));
      this.#done?.();
    });
  }

  #failure(error: unknown): DOMException {
    if (error instanceof DOMException) return error;
    const { code = "", message } = error as Error & { code?: string };
    if (code.startsWith("SQLITE_")) this.#file.failed(error as Error);
    return domError(code === "SQLITE_FULL" ? "QuotaExceededError" : "UnknownError", message);
  }

  get oncomplete(): Handler {
    return this.handler("complete");
  }
  set oncomplete(handler: Handler) {
    this.setHandler("complete", handler);
  }
  get onabort(): Handler {
    return this.handler("abort");
  }
  set onabort(handler: Handler) {
    this.setHandler("abort", handler);
  }
  get onerror(): Handler {
    return this.handler("error");
  }
  set onerror(handler: Handler) {
    this.setHandler("error", handler);
  }
}
