// The thread of one account's encryption. The globals that the Rust store wants are this thread's only.
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerOptions } from "./protocol.ts";
import { serve } from "./serve.ts";

if (parentPort === null) throw new Error("This file is for a worker thread.");
serve(parentPort, workerData as WorkerOptions);
