// Runs in a worker thread. The order matters: nothing else may be evaluated before lockdown.
import "../../../host/src/worker/lockdown.ts";
import { parentPort, workerData } from "node:worker_threads";
import { evaluatePlugin } from "../../../host/src/worker/compartment.ts";
import { createEndowments } from "../../../host/src/worker/endowments.ts";
import { createTimers } from "../../../host/src/worker/timers.ts";

/** What the worker is given. `name` is what stack traces call the code. */
export interface Evaluation {
  code: string;
  name: string;
  network: string[];
}

/** What it answers: the config's JSON Schema as text, or why there is none. */
export type Evaluated = { json: string | null } | { error: string; stack: string };

if (parentPort === null) throw new Error("This file runs in a worker thread of the build.");
parentPort.postMessage(evaluate(workerData as Evaluation));

function evaluate({ code, name, network }: Evaluation): Evaluated {
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const host = {
    call: () => Promise.reject(new Error("There is no host while a plugin is built. Do this in setup().")),
    notify: ignore,
    database: () => ({ error: "There is no database while a plugin is built. Use it in setup()." }),
  };
  try {
    const timers = createTimers(ignore);
    const endowments = createEndowments({ host, log, timers, permissions: { network } });
    const { config } = evaluatePlugin(code, name, endowments);
    if (config !== undefined && config.type !== "object") {
      throw new Error("The plugin's config is not made by Type.Object().");
    }
    return { json: config === undefined ? null : JSON.stringify(config) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { error: message, stack: stack ?? "" };
  }
}
