import type { MessagePort } from "node:worker_threads";
import { openEngine } from "../engine/engine.ts";
import { CryptoError } from "../errors.ts";
import type { Http, HttpResponse } from "../http.ts";
import type { Call, Failure, FromWorker, ToWorker, WorkerOptions } from "./protocol.ts";

/** Runs one account's engine behind a port, until it is closed. Throws what makes the thread no longer fit for use. */
export function serve(port: MessagePort, options: WorkerOptions): void {
  const say = (message: FromWorker) => port.postMessage(message);
  const { http, answered } = httpOver(say);
  const opening = openEngine({
    ...options,
    http,
    onRoomKeys: (keys) => say({ kind: "roomKeys", keys }),
    onVerifications: (now) => say({ kind: "verifications", now }),
    onWarning: (message) => say({ kind: "warning", message }),
  });
  // Every call says it; a worker to which none came has nobody to tell.
  opening.catch(() => undefined);

  async function answer({ id, method, args }: Call): Promise<void> {
    try {
      const engine = await opening;
      const value: unknown = await (engine[method] as (...args: unknown[]) => unknown)(...args);
      say({ kind: "answer", id, value });
      if (method === "close") port.close();
    } catch (error) {
      say({ kind: "failure", id, failure: asFailure(error) });
    }
  }

  port.on("message", (message: ToWorker) => {
    if (message.kind === "call") void answer(message);
    else answered(message);
  });
}

function httpOver(say: (message: FromWorker) => void): {
  http: Http;
  answered: (message: Exclude<ToWorker, Call>) => void;
} {
  const waiting = new Map<number, PromiseWithResolvers<HttpResponse>>();
  let last = 0;
  return {
    http: {
      request(method, path, body, patienceMs) {
        const id = ++last;
        const response = Promise.withResolvers<HttpResponse>();
        waiting.set(id, response);
        say({ kind: "request", id, method, path, body, ...(patienceMs !== undefined && { patienceMs }) });
        return response.promise;
      },
    },
    answered(message) {
      const response = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === "response") response?.resolve(message.response);
      else response?.reject(new CryptoError("HOMESERVER", message.message));
    },
  };
}

function asFailure(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    message,
    ...(stack !== undefined && { stack }),
    ...(error instanceof CryptoError && { code: error.code, detail: error.detail }),
  };
}
