import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { DatabaseAnswer, DatabaseRequest } from "@rookery/plugin-sdk/protocol";

/** The host's end of it is `runtime/database-channel`. */
export interface DatabaseLine {
  port: MessagePort;
  answered: SharedArrayBuffer;
}

/** Asks an instance's database through the host. The thread stands still until the answer is there. */
export function createDatabaseClient({ port, answered }: DatabaseLine) {
  const signal = new Int32Array(answered);
  return (instanceId: string, request: DatabaseRequest): DatabaseAnswer => {
    Atomics.store(signal, 0, 0);
    port.postMessage([instanceId, request]);
    Atomics.wait(signal, 0, 0);
    return (receiveMessageOnPort(port) as { message: DatabaseAnswer }).message;
  };
}
