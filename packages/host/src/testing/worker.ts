import type { Delivery, LogEntry, Outcome, Subscriptions } from "@rookery/plugin-sdk/protocol";
import { onTestFinished } from "vitest";
import { findAssets } from "../assets.ts";
import { toAnswer } from "../runtime/databases.ts";
import { startWorkerProcess, type WorkerProcessOptions } from "../runtime/worker-process.ts";

/** A plugin's code as its bundle has it, with this as the body of `setup(bot)`. */
export function pluginCode(setup: string, head = ""): string {
  return `const { definePlugin, Type } = require("@rookery/plugin-sdk");
${head}
module.exports.default = definePlugin({ async setup(bot) { ${setup} } });`;
}

/** A real worker process with a plugin in it, and a host that writes down what it is told. */
export function startTestWorker(code: string, more: Partial<WorkerProcessOptions> = {}) {
  const logs: (LogEntry & { instance: string })[] = [];
  const calls: { method: string; params: unknown; instance: string }[] = [];
  const outcomes: Outcome[] = [];
  const output: string[] = [];
  const exit = Promise.withResolvers<string>();
  const answer =
    (method: string, result: unknown = null) =>
    (params: never, instance: string) => {
      calls.push({ method, params, instance });
      return result;
    };
  const worker = startWorkerProcess({
    ...{ file: findAssets().worker, pluginId: "org.example.test", code, memoryMb: 64 },
    ...{ cpuPercent: 100, messagesPerSecond: 100_000 },
    methods: {
      "log.write": (entry: LogEntry, instance: string) => void logs.push({ ...entry, instance }),
      "delivery.settle": (outcome: Outcome) => void outcomes.push(outcome),
      "event.send": answer("event.send", { eventId: "$sent" }),
      "store.get": answer("store.get", { json: null }),
      "store.set": answer("store.set"),
    },
    database: async () => toAnswer({ error: "There is no database in this test." }),
    onOutput: (line) => void output.push(line),
    onSlowed: () => undefined,
    onExit: exit.resolve,
    ...more,
  });
  onTestFinished(() => worker.terminate("The test ended."));

  return {
    ...{ process: worker, logs, calls, outcomes, output },
    /** Why the worker ended. */
    exit: exit.promise,
    start(
      instance = "one",
      { config = {}, network = [] }: { config?: Record<string, string>; network?: string[] } = {},
      deadlineMs?: number,
    ): Promise<Subscriptions> {
      const permissions = { network, programs: [] };
      const start = { config, userId: "@bot:test", permissions };
      return worker.rpc.call(instance, "instance.start", start, deadlineMs);
    },
    stop: (instance = "one") => worker.rpc.call(instance, "instance.stop", { reason: "stopped by the test" }),
    say(id: number, body: string, instance = "one"): void {
      const content = { msgtype: "m.text", body };
      const event = JSON.stringify({
        ...{ type: "m.room.message", event_id: `$${id}`, sender: "@ada:test", origin_server_ts: 1, content },
      });
      const delivery: Delivery = { id, roomId: "!room:test", event, senderName: "Ada" };
      worker.rpc.notify(instance, "delivery.run", [delivery]);
    },
    /** What was done before is done when this answers. */
    ping: () => worker.rpc.call("", "worker.ping", null),
  };
}
