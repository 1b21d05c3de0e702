import { Worker } from "node:worker_threads";
import type { Crypto, CryptoOptions } from "../engine/crypto.ts";
import { type Code, CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import type { Arguments, Failure, FromWorker, Method, Result, ToWorker, WorkerOptions } from "./protocol.ts";

export interface OpenCryptoOptions extends CryptoOptions {
  /** Where a bundler put worker.ts. */
  worker?: URL;
}

/** An account's encryption in a thread of its own. */
export interface AccountCrypto extends Crypto {
  /** Does its thread run? It does not before the first call. */
  readonly isRunning: boolean;
}

/**
 * Gives an account its encryption. Nothing is started before the first call: an account that sees no encrypted room
 * costs nothing. Where the thread ends in mid-work (a panic in the Rust implementation), calls that were under way
 * fail with `CRASHED`, and the next call starts it anew on its file. So it does after `STORE_FAILED`.
 */
export function openCrypto(options: OpenCryptoOptions): AccountCrypto {
  let running: Running | undefined;
  let isClosed = false;
  const underWay = new Set<Promise<unknown>>();

  async function aThread(): Promise<Running> {
    const before = running;
    // The file has to be free first.
    if (before?.hasEnded) await before.gone;
    // Another call may have started it meanwhile.
    if (running === before && (before === undefined || before.hasEnded)) running = start(options);
    return running as Running;
  }

  const call = async <M extends Method>(method: M, ...args: Arguments<M>): Promise<Result<M>> => {
    if (isClosed) throw new CryptoError("CLOSED", options.userId);
    const result = aThread().then((thread) => thread.call(method, args));
    underWay.add(result);
    try {
      return await result;
    } finally {
      underWay.delete(result);
    }
  };

  return {
    get isRunning() {
      return running !== undefined && !running.hasEnded;
    },
    handleSync: (...args) => call("handleSync", ...args),
    outgoing: (...args) => call("outgoing", ...args),
    encrypt: (...args) => call("encrypt", ...args),
    decrypt: (...args) => call("decrypt", ...args),
    bootstrapCrossSigning: (...args) => call("bootstrapCrossSigning", ...args),
    setUpRecovery: (...args) => call("setUpRecovery", ...args),
    resetIdentity: (...args) => call("resetIdentity", ...args),
    verifications: (...args) => call("verifications", ...args),
    requestVerification: (...args) => call("requestVerification", ...args),
    stepVerification: (...args) => call("stepVerification", ...args),
    recover: (...args) => call("recover", ...args),
    takeOver: (...args) => call("takeOver", ...args),
    backup: (...args) => call("backup", ...args),
    status: (...args) => call("status", ...args),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await Promise.allSettled(underWay);
      if (running !== undefined && !running.hasEnded) await running.close();
    },
  };
}

/** What hangs in it may hold its store for ever; one whose file failed is of no use, or ahead of its file. */
const ENDING = new Set<Code | undefined>(["HUNG", "STORE", "STORE_FAILED"]);

/** A thread, from its start to its end. */
interface Running {
  readonly hasEnded: boolean;
  /** Resolves when nothing of it is left. */
  readonly gone: Promise<void>;
  call<M extends Method>(method: M, args: Arguments<M>): Promise<Result<M>>;
  close(): Promise<void>;
}

function start({
  http,
  onRoomKeys,
  onVerifications,
  onWarning,
  worker: url,
  ...options
}: OpenCryptoOptions): Running {
  const { userId, deviceId, file, storeKey, devices } = options;
  const workerData: WorkerOptions = { userId, deviceId, file, storeKey, ...(devices && { devices }) };
  const thread = new Worker(url ?? new URL("./worker.ts", import.meta.url), {
    name: `crypto ${userId}`,
    workerData,
    env: {},
    execArgv: [],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const ended = Promise.withResolvers<void>();
  let hasEnded = false;
  let reason = "it ended";
  let last = 0;
  const say = (message: ToWorker) => thread.postMessage(message);

  function settled(id: number): PromiseWithResolvers<unknown> | undefined {
    const call = waiting.get(id);
    waiting.delete(id);
    // Only a call keeps the process from its end.
    if (waiting.size === 0) thread.unref();
    return call;
  }

  thread.on("message", (message: FromWorker) => {
    if (message.kind === "answer") settled(message.id)?.resolve(message.value);
    else if (message.kind === "failure") {
      settled(message.id)?.reject(asError(message.failure));
      if (ENDING.has(message.failure.code)) end(message.failure.message);
    } else if (message.kind === "request") void request(http, message, say);
    else if (message.kind === "verifications") onVerifications?.(message.now);
    else if (message.kind === "warning") onWarning?.(message.message);
    else onRoomKeys?.(message.keys);
  });
  thread.on("error", (error: Error) => end(error.message));
  thread.on("exit", (code) => {
    end(`it ended with ${code}`);
    ended.resolve();
  });

  function end(why: string): void {
    if (hasEnded) return;
    hasEnded = true;
    reason = why;
    void thread.terminate().then(() => {
      for (const { reject } of waiting.values()) reject(new CryptoError("CRASHED", `${userId}: ${reason}`));
      waiting.clear();
    });
  }

  return {
    get hasEnded() {
      return hasEnded;
    },
    gone: ended.promise,
    call(method, args) {
      const id = ++last;
      const call = Promise.withResolvers<unknown>();
      waiting.set(id, call);
      thread.ref();
      say({ kind: "call", id, method, args });
      return call.promise as Promise<never>;
    },
    async close() {
      await this.call("close", []);
      thread.ref();
      await ended.promise;
    },
  };
}

async function request(
  http: Http,
  { id, method, path, body, patienceMs }: Extract<FromWorker, { kind: "request" }>,
  say: (message: ToWorker) => void,
): Promise<void> {
  try {
    say({ kind: "response", id, response: await http.request(method, path, body, patienceMs) });
  } catch (error) {
    say({ kind: "noResponse", id, message: `${path}: ${(error as Error).message}` });
  }
}

function asError({ code, detail, message, stack }: Failure): Error {
  const error = code === undefined ? new Error(message) : new CryptoError(code, detail);
  error.message = message;
  if (stack !== undefined) error.stack = stack;
  return error;
}
