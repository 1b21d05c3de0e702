import type { Config } from "./config/config.ts";
import { AppError } from "./errors.ts";
import type { Accounts } from "./runtime/accounts.ts";
import type { CronTimes } from "./runtime/cron.ts";
import type { Dispatcher } from "./runtime/dispatcher.ts";
import type { InstanceHealth } from "./runtime/instance-health.ts";
import type { InstanceLogs } from "./runtime/instance-log.ts";
import type { Supervisor } from "./runtime/supervisor.ts";
import { type Alerts, createAlerts } from "./services/alerts/alerts.ts";
import {
  accountsNotSyncing,
  backupsMissing,
  checksFailing,
  diskNearlyFull,
  encryptionUnavailable,
  handlersFailing,
  instancesCrashed,
} from "./services/alerts/sources.ts";
import type { Audit } from "./services/audit.ts";
import type { Backups } from "./services/backups.ts";
import { type History, lastSteps } from "./services/history.ts";
import type { Notice } from "./services/notices.ts";
import { type DiskSpace, diskSpace } from "./store/disk-space.ts";
import type { Store } from "./store/index.ts";

const HOUR_MS = 60 * 60_000;

/** Puts the alerts together; `null` where the configuration has no room for them. */
export function openAlerts(options: {
  config: Pick<Config, "alerts" | "dataDir">;
  store: Pick<Store, "accounts" | "instances" | "settings">;
  running: Pick<Accounts, "state" | "newClient" | "seal">;
  supervisor: Supervisor;
  dispatcher: Dispatcher;
  logs: InstanceLogs;
  audit: Audit;
  history: History;
  backups: Pick<Backups, "lastGoodAt" | "isUnderWay">;
  backupNotices: () => Notice[];
  encryptionNotices: () => Notice[];
  instanceHealth: Pick<InstanceHealth, "of">;
  summary: CronTimes | null;
  warn: (message: string, error?: unknown) => void;
  disk?: () => DiskSpace;
  now?: () => number;
}): Alerts | null {
  const { config, store, running, supervisor, dispatcher, history, backups } = options;
  const { disk = () => diskSpace(config.dataDir), now = Date.now } = options;
  const { alerts } = config;
  if (alerts === undefined) return null;
  const { accounts, instances, settings } = store;

  return createAlerts({
    ...options,
    ...{ config: alerts, settings, now },
    sources: [
      accountsNotSyncing({ accounts, stateOf: running.state, now }),
      encryptionUnavailable(options.encryptionNotices),
      instancesCrashed({ instances, supervisor }),
      handlersFailing({ instances, dispatcher, now }),
      diskNearlyFull(disk),
      backupsMissing({ notices: options.backupNotices, backups }),
      checksFailing({ instances, health: options.instanceHealth }),
    ],
    async send(txnId, content) {
      const account = accounts.list().find(({ userId }) => userId === alerts.account);
      if (!account) {
        const text = `alerts.account is ${alerts.account}, and Rookery has no such account. Add it, or name another.`;
        throw new AppError("NOT_FOUND", text);
      }
      const event = await running.seal(account.id, alerts.room, "m.room.message", content);
      await running.newClient(account.id).putEvent(alerts.room, event.type, txnId, event.content);
    },
    figures() {
      const { total } = history.overview(lastSteps(24, HOUR_MS, now()));
      const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
      const { freeBytes, sizeBytes } = disk();
      return {
        bots: instances.list().map(({ id }) => ({ id, ...supervisor.observed(id) })),
        accounts: accounts.list().map(({ id, userId }) => ({ userId, status: running.state(id).status })),
        ...{ received: sum(total.received), failed: sum(total.failed) },
        freeShare: freeBytes / sizeBytes,
        lastBackupAt: backups.lastGoodAt(),
      };
    },
    async restart(instanceId) {
      if (!instances.get(instanceId)) return false;
      await supervisor.restart(instanceId);
      return true;
    },
  });
}
