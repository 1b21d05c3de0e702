import { VERSION } from "../../version.ts";
import type { Family } from "./family.ts";

/**
 * The host's own process, under the names that dashboards for Node know. It is looked at when somebody asks,
 * and costs nothing in between.
 */
export async function processFamilies(): Promise<Family[]> {
  const lag = await eventLoopLag();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { active } = performance.eventLoopUtilization();
  const one = (type: Family["type"], name: string, help: string, value: number): Family => ({
    ...{ name, help, type, values: [{ labels: {}, value }] },
  });
  return [
    {
      name: "rookery_build_info",
      help: "Always 1; its labels are Rookery's version and Node's.",
      type: "gauge",
      values: [{ labels: { version: VERSION, node: process.versions.node }, value: 1 }],
    },
    one(
      "counter",
      "process_cpu_seconds_total",
      "Processor time of the host's process, in seconds.",
      (user + system) / 1e6,
    ),
    one("gauge", "process_resident_memory_bytes", "What the host's process holds in memory, in bytes.", rss),
    one(
      "gauge",
      "process_start_time_seconds",
      "When the host's process began, in seconds since 1970.",
      performance.timeOrigin / 1000,
    ),
    one(
      "gauge",
      "nodejs_heap_size_used_bytes",
      "JavaScript's own part of the host's memory, in bytes.",
      heapUsed,
    ),
    one("gauge", "nodejs_external_memory_bytes", "Buffers and other memory beside it, in bytes.", external),
    one(
      "gauge",
      "nodejs_eventloop_lag_seconds",
      "How long the host took to come to its next task when it was asked, in seconds.",
      lag,
    ),
    one(
      "counter",
      "nodejs_eventloop_active_seconds_total",
      "How long the host's event loop was busy, in seconds: its rate is the busy part of the time.",
      active / 1000,
    ),
  ];
}

async function eventLoopLag(): Promise<number> {
  const asked = performance.now();
  await new Promise((resolve) => setImmediate(resolve));
  return (performance.now() - asked) / 1000;
}
