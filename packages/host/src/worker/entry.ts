// The order matters: nothing else may be evaluated before lockdown.
import "./lockdown.ts";
import { parentPort, workerData } from "node:worker_threads";
import { hardenSpecimens } from "./specimens.ts";
import { startWorker } from "./worker.ts";

if (parentPort === null) throw new Error("This file runs in a worker thread of the host.");
await hardenSpecimens();
startWorker(parentPort, workerData);
