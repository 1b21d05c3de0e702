import {
  createRpc,
  type HostApi,
  HostError,
  type PluginApi,
  toErrorData,
  type WorkerData,
} from "@rookery/plugin-sdk/protocol";
import { createLog, type HostLink, type RunningInstance, startInstance } from "@rookery/plugin-sdk/runtime";
import { createCallQueue } from "./call-queue.ts";
import { evaluatePlugin } from "./compartment.ts";
import { createDatabaseClient } from "./database.ts";
import { createEndowments } from "./endowments.ts";
import { createTimers } from "./timers.ts";

/** An instance from when it begins to start until it ends. */
interface Entry {
  host: HostLink;
  /** `null` while it starts. */
  instance: RunningInstance | null;
  end(reason: string): void;
}

const CALL_DEADLINE_MS = 60_000;
/** Of an instance, under way at once; the others wait in its worker. */
const MAX_PENDING_CALLS = 1_000;

/**
 * Runs the instances of one plugin, each in a compartment of its own, as the host tells it.
 *
 * @param post sends a batch to the host; throws where it is no plain data
 * @param database the file descriptor over which databases are asked
 * @returns takes a batch that came from the host
 */
export function startWorker(
  { pluginId, code }: WorkerData,
  post: (batch: unknown[]) => void,
  database: number,
): (batch: unknown) => void {
  const askDatabase = createDatabaseClient(database);
  const instances = new Map<string, Entry>();

  const methods: PluginApi = {
    async "instance.start"(start, scope) {
      if (instances.has(scope)) throw new HostError("CONFLICT", `The instance "${scope}" runs already.`);
      const { host, close } = openLink(scope);
      const log = createLog(host);
      const timers = createTimers((error) => log.error("A timer's callback threw:", error));
      const entry: Entry = {
        host,
        instance: null,
        end(reason) {
          if (instances.get(scope) === entry) instances.delete(scope);
          entry.instance?.stop(reason);
          timers.end();
          close();
        },
      };
      instances.set(scope, entry);
      try {
        const { permissions } = start;
        const endowments = createEndowments({ host, log, timers, permissions });
        const plugin = evaluatePlugin(code, `${pluginId}/plugin.js`, endowments);
        entry.instance = await startInstance(plugin, start, host);
        if (instances.get(scope) !== entry) throw new HostError("CLOSED", "It was stopped while it started.");
        return entry.instance.subscriptions;
      } catch (error) {
        entry.end("The instance did not start.");
        throw error;
      }
    },

    async "instance.stop"({ reason }, scope) {
      instances.get(scope)?.end(reason);
      return null;
    },

    "delivery.run"(deliveries, scope) {
      const { instance, host } = instances.get(scope) ?? {};
      if (!instance || !host) return;
      for (const delivery of deliveries) {
        void instance.run(delivery).then((outcome) => host.notify("delivery.settle", outcome));
      }
    },

    "delivery.abort"({ id, reason }, scope) {
      instances.get(scope)?.instance?.abort(id, reason);
    },

    "worker.ping": () => null,
  };

  const rpc = createRpc<HostApi>({
    post,
    methods,
    deadlineMs: CALL_DEADLINE_MS,
    // No instance gets there: it has a turn of its own below.
    maxPending: Number.POSITIVE_INFINITY,
    sendStacks: true,
    // No instance's own: the host reads the worker's output.
    onNoticeFailed: (method, error) => console.error(`"${method}" failed:`, error),
    onMalformed: (detail) => console.error(detail),
  });
  // A promise that nobody looks at is the author's mistake, not a reason to end the instances. It does
  // not tell whose it was, so each of them shows it.
  process.on("unhandledRejection", (error) => {
    for (const { host } of instances.values()) {
      createLog(host).error("A promise was rejected and nobody caught it:", error);
    }
  });

  // An event listener's error is nobody's to catch. The host reads the reason from the output.
  process.on("uncaughtException", (error) => {
    const { message, stack } = toErrorData(error);
    console.error(`Uncaught: ${message}\n${stack ?? ""}`);
    process.exit(1);
  });

  return rpc.receive;

  /** An instance's line to the host, which ends with it: what it left running reaches its successor's scope no more. */
  function openLink(scope: string): { host: HostLink; close(): void } {
    let open = true;
    const inTurn = createCallQueue(MAX_PENDING_CALLS);
    const closed = () => Promise.reject(new HostError("CLOSED", "The instance was stopped."));
    return {
      host: {
        call: (method, params, deadlineMs) =>
          inTurn(() =>
            open ? (rpc.call(scope, method, params as never, deadlineMs) as Promise<never>) : closed(),
          ),
        notify(method, params) {
          if (open) rpc.notify(scope, method, params as never);
        },
        database: (request) => (open ? askDatabase(scope, request) : { error: "The instance was stopped." }),
      },
      close() {
        open = false;
      },
    };
  }
}
