import type { MessagePort } from "node:worker_threads";
import { createRpc, type HostApi, HostError, type PluginApi } from "@rookery/plugin-sdk/protocol";
import { createLog, type HostLink, type RunningInstance, startInstance } from "@rookery/plugin-sdk/runtime";
import { evaluatePlugin } from "./compartment.ts";
import { createEndowments } from "./endowments.ts";
import { createTimers, type Timers } from "./timers.ts";

/** What the host hands to a new worker. */
export interface WorkerData {
  pluginId: string;
  code: string;
}

const CALL_DEADLINE_MS = 60_000;
const MAX_PENDING_CALLS = 10_000;

/** Runs the instances of one plugin, each in a compartment of its own, as the host tells it. */
export function startWorker(port: MessagePort, { pluginId, code }: WorkerData): void {
  const instances = new Map<string, { instance: RunningInstance; timers: Timers }>();

  const methods: PluginApi = {
    async "instance.start"(start, scope) {
      if (instances.has(scope)) throw new HostError("CONFLICT", `The instance "${scope}" runs already.`);
      const host = linkOf(scope);
      const log = createLog(host);
      const timers = createTimers((error) => log.error("A timer's callback threw:", error));
      try {
        const { permissions } = start;
        const endowments = createEndowments({ host, log, timers, permissions });
        const plugin = evaluatePlugin(code, `${pluginId}/plugin.js`, endowments);
        const instance = await startInstance(plugin, start, host);
        instances.set(scope, { instance, timers });
        return instance.subscriptions;
      } catch (error) {
        timers.clearAll();
        throw error;
      }
    },

    async "instance.stop"({ reason }, scope) {
      const found = instances.get(scope);
      instances.delete(scope);
      found?.instance.stop(reason);
      found?.timers.clearAll();
      return null;
    },

    "delivery.run"(deliveries, scope) {
      const found = instances.get(scope);
      if (!found) return;
      for (const delivery of deliveries) {
        void found.instance.run(delivery).then((outcome) => rpc.notify(scope, "delivery.settle", outcome));
      }
    },

    "delivery.abort"({ id, reason }, scope) {
      instances.get(scope)?.instance.abort(id, reason);
    },

    "worker.ping": () => null,
  };

  const rpc = createRpc<HostApi>({
    post: (batch) => port.postMessage(batch),
    methods,
    deadlineMs: CALL_DEADLINE_MS,
    maxPending: MAX_PENDING_CALLS,
    sendStacks: true,
    onNoticeFailed: (method, error) => createLog(linkOf("")).error(`"${method}" failed:`, error),
    onMalformed: (detail) => rpc.notify("", "log.write", { level: "error", message: detail }),
  });
  port.on("message", (batch) => rpc.receive(batch));

  // A promise that nobody looks at is the author's mistake, not a reason to end the other instances.
  process.on("unhandledRejection", (error) =>
    createLog(linkOf("")).error("A promise was rejected and nobody caught it:", error),
  );

  function linkOf(scope: string): HostLink {
    return {
      call: (method, params, deadlineMs) => rpc.call(scope, method, params as never, deadlineMs) as never,
      notify: (method, params) => rpc.notify(scope, method, params as never),
    };
  }
}
