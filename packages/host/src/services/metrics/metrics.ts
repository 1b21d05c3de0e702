import type { Metric } from "prom-client";
import type { HttpTally } from "../../matrix/http-tally.ts";
import type { Supervisor } from "../../runtime/supervisor.ts";
import type { Backups } from "../backups.ts";
import type { YtDlp } from "../yt-dlp.ts";
import { type AccountSources, accountFamilies } from "./accounts.ts";
import { backupFamilies } from "./backups.ts";
import type { Family } from "./family.ts";
import { homeserverFamilies } from "./homeservers.ts";
import { type InstanceSources, instanceFamilies } from "./instances.ts";
import { processFamilies } from "./process.ts";
import { programFamilies } from "./programs.ts";
import { type StorageSources, storageFamilies } from "./storage.ts";
import { workerFamilies } from "./workers.ts";

/** What the host knows of itself in figures, for Prometheus. */
export interface Metrics {
  /** All metrics as they are now, as text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  text(): Promise<string>;
}

/**
 * Asks whoever counts, when somebody asks: nothing is kept here, so what is gone is not in the answer, and a
 * host that nobody asks pays for none of it. Why so: docs/decisions/0027.
 */
export function createMetrics(
  sources: InstanceSources &
    AccountSources &
    StorageSources & {
      supervisor: Pick<Supervisor, "workers">;
      backups: Pick<Backups, "lastGoodAt">;
      ytDlp: Pick<YtDlp, "version">;
      requests: Pick<HttpTally, "statuses" | "limited" | "durations">;
    },
): Metrics {
  return {
    async text() {
      const families = [
        ...(await processFamilies()),
        ...instanceFamilies(sources),
        ...accountFamilies(sources),
        ...workerFamilies(sources.supervisor),
        ...backupFamilies(sources.backups),
        ...homeserverFamilies(sources.requests),
        ...storageFamilies(sources),
        ...(await programFamilies(sources.ytDlp)),
      ];
      // Loaded by the first who asks: a host without Prometheus starts without it.
      const { Registry } = await import("prom-client");
      const registry = new Registry();
      for (const family of families) registry.registerMetric(toMetric(family));
      return await registry.metrics();
    },
  };
}

/** Of a metric, the registry asks no more than its name and this to write it. */
function toMetric(family: Family): Metric {
  const metric = { name: family.name, get: async () => family };
  return metric as unknown as Metric;
}
