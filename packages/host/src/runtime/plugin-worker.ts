import type { PluginRow } from "../store/plugins.ts";
import { toAnswer } from "./databases.ts";
import { createHostApi } from "./host-api/index.ts";
import type { InstanceScope } from "./instance-scope.ts";
import { createStackMapper, type StackMapper } from "./stack.ts";
import {
  startWorkerProcess,
  type WorkerEnd,
  type WorkerProcess,
  type WorkerProcessOptions,
} from "./worker-process.ts";

/** A plugin's worker with the scopes of the instances that run in it. */
export interface PluginWorker {
  readonly pluginId: string;
  readonly sha256: string;
  readonly process: WorkerProcess;
  readonly scopes: Map<string, InstanceScope>;
  readonly mapStack: StackMapper;
}

export interface PluginWorkerOptions
  extends Omit<
    WorkerProcessOptions,
    "pluginId" | "code" | "methods" | "database" | "onOutput" | "onSlowed" | "onExit"
  > {
  onOutput: (pluginId: string, line: string) => void;
  onUnexpected: (method: string, error: unknown) => void;
}

const TELL_SLOWED_MS = 60_000;

/** Starts the worker of a plugin; its instances are started one by one through `process.rpc`. */
export function startPluginWorker(
  plugin: PluginRow,
  code: string,
  { onOutput, onUnexpected, ...limits }: PluginWorkerOptions,
  onExit: (worker: PluginWorker, reason: string, end: WorkerEnd) => void,
): PluginWorker {
  const scopes = new Map<string, InstanceScope>();
  let slowedAt = 0;
  const worker: PluginWorker = {
    pluginId: plugin.id,
    sha256: plugin.sha256,
    scopes,
    mapStack: createStackMapper(code, `${plugin.id}/plugin.js`),
    process: startWorkerProcess({
      ...limits,
      pluginId: plugin.id,
      code,
      methods: createHostApi((instanceId) => scopes.get(instanceId), onUnexpected),
      database: async (instanceId, question) =>
        (await scopes.get(instanceId)?.database.execute(question)) ??
        toAnswer({ error: "The instance is not running." }),
      onOutput: (line) => onOutput(plugin.id, line),
      onSlowed: (message) => {
        if (Date.now() - slowedAt < TELL_SLOWED_MS) return;
        slowedAt = Date.now();
        for (const scope of scopes.values()) scope.log({ level: "warn", message });
      },
      onExit: (reason, end) => onExit(worker, reason, end),
    }),
  };
  return worker;
}
