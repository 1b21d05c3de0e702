import type { Supervisor } from "../../runtime/supervisor.ts";
import type { Family, Labels } from "./family.ts";

/** The plugins' workers; `bot` is there where the worker is one instance's only. */
export function workerFamilies(supervisor: Pick<Supervisor, "workers">): Family[] {
  const workers = supervisor.workers().map(({ pluginId, instanceId, ...figures }) => {
    const labels: Labels = { plugin: pluginId, ...(instanceId === null ? {} : { bot: instanceId }) };
    return { labels, ...figures };
  });
  return [
    {
      name: "rookery_worker_running",
      help: "1 while the plugin's worker runs, else 0.",
      type: "gauge",
      values: workers.map(({ labels, isRunning }) => ({ labels, value: Number(isRunning) })),
    },
    {
      name: "rookery_worker_resident_memory_bytes",
      help: "What the worker's process holds in memory, with what it shares, in bytes. On Linux only.",
      type: "gauge",
      values: workers.flatMap(({ labels, residentBytes }) =>
        residentBytes === null ? [] : [{ labels, value: residentBytes }],
      ),
    },
    {
      name: "rookery_worker_cpu_seconds_total",
      help: "Processor time of the plugin's workers since the host began, in seconds. On Linux only.",
      type: "counter",
      values: workers.map(({ labels, cpuSeconds }) => ({ labels, value: cpuSeconds })),
    },
    {
      name: "rookery_worker_ends_total",
      help: "Workers that ended since the host began, by why: stopped is the host's own doing, all others are failures.",
      type: "counter",
      values: workers.flatMap(({ labels, ends }) =>
        [...ends].map(([reason, value]) => ({ labels: { ...labels, reason }, value })),
      ),
    },
  ];
}
