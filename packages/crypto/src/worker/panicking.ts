// For open-crypto.test.ts: the worker, in which asking for the status makes the Rust implementation panic.
import { parentPort, workerData } from "node:worker_threads";
import { OlmMachine, RoomId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { WorkerOptions } from "./protocol.ts";
import { serve } from "./serve.ts";

if (parentPort === null) throw new Error("This file is for a worker thread.");
OlmMachine.prototype.roomKeyCounts = async function () {
  // No key was shared in this room.
  await this.encryptRoomEvent(new RoomId("!nowhere:rook.test"), "m.room.message", "{}");
  throw new Error("It did not panic.");
};
serve(parentPort, workerData as WorkerOptions);
