// For open-crypto.test.ts: a worker whose calls into the Rust implementation never come back, as its engine says.
import { parentPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./protocol.ts";

parentPort?.on("message", ({ kind, id }: ToWorker) => {
  if (kind !== "call") return;
  const failure = { code: "HUNG" as const, message: "decrypt" };
  parentPort?.postMessage({ kind: "failure", id, failure } satisfies FromWorker);
});
