import { findAssets } from "../../packages/host/src/assets.ts";
import { startWorkerProcess, type WorkerProcess } from "../../packages/host/src/runtime/worker-process.ts";
import { privateMb } from "../bots/process-usage.ts";
import type { Measure, Part } from "../part.ts";
import { median } from "../quantile.ts";

const WORKERS = 7;
const INSTANCES = 50;
const TIMES = 5_000;

/** Answers `!wait` when it has asked the host so often, one question after the other; all else at once. */
const CODE = `
const { definePlugin } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({ setup(bot) {
  bot.command("ask", "", async () => { for (let n = 0; n < ${TIMES}; n++) await bot.store.get("key"); });
  bot.command("nothing", "", () => undefined);
} });`;

export const walls: Part = {
  name: "walls",
  about: `A worker without the rest of the host: from nothing to its first instance (median of ${WORKERS}), ${INSTANCES - 1} more instances, ${TIMES} calls to the host and ${TIMES} events one after the other. Memory is what a process holds for itself.`,
  skip: () => (process.platform === "linux" ? undefined : "only Linux tells what a process holds"),

  async run() {
    const starts: number[] = [];
    for (let n = 1; n < WORKERS; n++) {
      const { worker, ms } = await begin();
      starts.push(ms);
      await worker.terminate("The next one is started.");
    }
    const { worker, ms, settled } = await begin();
    starts.push(ms);
    const alone = privateMb(worker.pid ?? 0);

    const before = performance.now();
    for (let n = 1; n < INSTANCES; n++) await start(worker, `more-${n}`);
    const each = (performance.now() - before) / (INSTANCES - 1);
    const shared = (privateMb(worker.pid ?? 0) - alone) / (INSTANCES - 1);

    const call = await timed(() => settled(worker, "ask"));
    const event = await timed(async () => {
      for (let n = 0; n < TIMES; n++) await settled(worker, "nothing");
    });
    await worker.terminate("It was measured.");

    const measures: Measure[] = [
      { what: "a worker, to its first instance", value: median(starts), unit: "ms" },
      { what: "one more instance in it", value: each, unit: "ms" },
      { what: "a call to the host and back", value: call / TIMES, unit: "ms" },
      { what: "an event through both walls and back", value: event / TIMES, unit: "ms" },
      { what: "memory of an instance with a worker of its own", value: alone, unit: "MB" },
      { what: "memory of one more instance in a worker", value: shared, unit: "MB" },
    ];
    return measures;
  },
};

async function begin() {
  const waiting = new Map<number, () => void>();
  let lastId = 0;
  const from = performance.now();
  const worker = startWorkerProcess({
    ...{ file: findAssets().worker, pluginId: "org.example.bench", code: CODE },
    ...{ memoryMb: 128, cpuPercent: 100, messagesPerSecond: 1_000_000 },
    methods: {
      "store.get": () => ({ json: null }),
      "delivery.settle": ({ id }: { id: number }) => waiting.get(id)?.(),
    },
    database: () => Promise.reject(new Error("There is no database here.")),
    onOutput: (line) => console.error(line),
    onSlowed: (reason) => console.error(reason),
    onExit: () => undefined,
  });
  await start(worker, "one");
  const ms = performance.now() - from;

  function settled({ rpc }: WorkerProcess, command: string): Promise<void> {
    const id = ++lastId;
    const content = { msgtype: "m.text", body: `!${command}` };
    const event = {
      type: "m.room.message",
      event_id: `$${id}`,
      sender: "@a:b",
      origin_server_ts: 1,
      content,
    };
    const delivery = { id, roomId: "!room:b", event: JSON.stringify(event), senderName: null };
    return new Promise((resolve) => {
      waiting.set(id, () => {
        waiting.delete(id);
        resolve();
      });
      rpc.notify("one", "delivery.run", [delivery]);
    });
  }
  return { worker, ms, settled };
}

async function start({ rpc }: WorkerProcess, instance: string): Promise<void> {
  const permissions = { network: [], programs: [] };
  await rpc.call(instance, "instance.start", { config: {}, userId: "@bot:b", permissions });
}

async function timed(work: () => Promise<void>): Promise<number> {
  await work();
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
