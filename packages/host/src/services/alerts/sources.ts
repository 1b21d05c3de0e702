import type { AccountState } from "../../matrix/account-client.ts";
import type { Dispatcher } from "../../runtime/dispatcher.ts";
import type { InstanceHealth } from "../../runtime/instance-health.ts";
import type { Supervisor } from "../../runtime/supervisor.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { DiskSpace } from "../../store/disk-space.ts";
import type { InstanceStore } from "../../store/instances.ts";
import type { Backups } from "../backups.ts";
import type { Notice } from "../notices.ts";
import type { ConditionSource } from "./condition.ts";

const MINUTE = 60_000;
const SYNC_LOST_MS = 5 * MINUTE;
/** Told below the first, over above the second. */
const DISK_LOW = 0.1;
const DISK_WELL = 0.12;
/** The schedule tries one that failed again after half an hour. */
const BACKUP_LOST_MS = 40 * MINUTE;
const ERRORS_HIGH = 0.05;
const ERRORS_WELL = 0.025;
const ERRORS_WITHIN_MS = 10 * MINUTE;
/** Of fewer events, one that fails is no rate. */
const ERRORS_LEAST = 20;

/** An account that has not synced for five minutes, whatever the reason; one that was switched off is none. */
export function accountsNotSyncing(options: {
  accounts: Pick<AccountStore, "list">;
  stateOf: (accountId: string) => AccountState;
  now: () => number;
}): ConditionSource {
  const { accounts, stateOf, now } = options;
  return {
    ...{ name: "account", holdMs: SYNC_LOST_MS, clearMs: MINUTE },
    look: () =>
      accounts.list().flatMap(({ id, userId }) => {
        const { status, reason, lastSyncAt } = stateOf(id);
        if (status === "offline") return [];
        if (status === "syncing" && (lastSyncAt === null || now() - lastSyncAt <= SYNC_LOST_MS)) return [];
        const why = status === "syncing" ? "the homeserver does not answer its sync" : (reason ?? status);
        return [{ key: `account:${userId}`, problem: sentence(`${userId} is not syncing: ${why}`) }];
      }),
  };
}

/** An account that can read no encrypted room, as the notices have it. */
export function encryptionUnavailable(notices: () => Notice[]): ConditionSource {
  return {
    ...{ name: "encryption", holdMs: 0, clearMs: MINUTE },
    look: () => notices().map(({ id, message }) => ({ key: id, problem: sentence(message) })),
  };
}

/** An instance that crashed. It is over when it ran for two minutes: one that crashes again and again is told once. */
export function instancesCrashed(options: {
  instances: Pick<InstanceStore, "list">;
  supervisor: Pick<Supervisor, "observed">;
}): ConditionSource {
  return {
    ...{ name: "crashed", holdMs: 0, clearMs: 2 * MINUTE },
    look: () =>
      options.instances.list().flatMap(({ id }) => {
        const { status, reason } = options.supervisor.observed(id);
        if (status !== "crashed") return [];
        return [
          { key: `crashed:${id}`, problem: sentence(`${id} crashed: ${reason ?? "nobody knows why"}`) },
        ];
      }),
  };
}

/** An instance of whose events more than 5 of 100 failed within ten minutes. */
export function handlersFailing(options: {
  instances: Pick<InstanceStore, "list">;
  dispatcher: Pick<Dispatcher, "counts">;
  now: () => number;
}): ConditionSource {
  const { instances, dispatcher, now } = options;
  /** What was counted at each look of the last ten minutes, by instance; the oldest first. */
  const readings = new Map<string, { at: number; received: number; failed: number }[]>();

  function lately(id: string): { received: number; failed: number } {
    const reading = { at: now(), ...dispatcher.counts(id) };
    const kept = (readings.get(id) ?? []).filter(({ at }) => at > reading.at - ERRORS_WITHIN_MS);
    // An instance of the same name that was made anew counts from nothing.
    const first = kept[0];
    const begun = first !== undefined && first.received <= reading.received ? kept : [];
    readings.set(id, [...begun, reading]);
    const { received, failed } = begun[0] ?? reading;
    return { received: reading.received - received, failed: reading.failed - failed };
  }

  return {
    ...{ name: "errors", holdMs: 0, clearMs: 2 * MINUTE },
    look(isTold) {
      const ids = instances.list().map(({ id }) => id);
      for (const id of readings.keys()) if (!ids.includes(id)) readings.delete(id);
      return ids.flatMap((id) => {
        const key = `errors:${id}`;
        const { received, failed } = lately(id);
        const rate = received === 0 ? 0 : failed / received;
        const isHigh = isTold(key) ? rate > ERRORS_WELL : rate > ERRORS_HIGH && received >= ERRORS_LEAST;
        const problem = `${percent(rate)} of what ${id} handled in 10 minutes failed: ${failed} of ${received}.`;
        return isHigh ? [{ key, problem }] : [];
      });
    },
  };
}

/** Less than a tenth of the disk is free. */
export function diskNearlyFull(disk: () => DiskSpace): ConditionSource {
  return {
    ...{ name: "disk", holdMs: 0, clearMs: 0 },
    look(isTold) {
      const { freeBytes, sizeBytes } = disk();
      const free = freeBytes / sizeBytes;
      const problem = `The disk is nearly full: ${percent(free)} is free.`;
      return free < (isTold("disk") ? DISK_WELL : DISK_LOW) ? [{ key: "disk", problem }] : [];
    },
  };
}

/**
 * The last backup failed, or one is overdue. It is told when the one that the schedule makes instead has failed, too;
 * one that is only being made ends nothing.
 */
export function backupsMissing(options: {
  notices: () => Notice[];
  backups: Pick<Backups, "isUnderWay">;
}): ConditionSource {
  const { notices, backups } = options;
  const name = "backup";
  return {
    ...{ name, holdMs: BACKUP_LOST_MS, clearMs: MINUTE },
    look(isTold) {
      if (isTold(name) && backups.isUnderWay()) return [{ key: name, problem: "A backup is being made." }];
      return notices().map(({ message }) => ({ key: name, problem: message }));
    },
  };
}

/**
 * What instances look after and tell to be amiss, such as a canary of theirs: `bot.health`. What is well again in two
 * minutes is not told. It is over when it has been well for five: one that starts anew has told nothing yet.
 */
export function checksFailing({
  instances,
  health,
}: {
  instances: Pick<InstanceStore, "list">;
  health: Pick<InstanceHealth, "of">;
}): ConditionSource {
  return {
    ...{ name: "check", holdMs: 2 * MINUTE, clearMs: 5 * MINUTE },
    look: () =>
      instances.list().flatMap(({ id }) =>
        health
          .of(id)
          .filter(({ ok }) => !ok)
          .map(({ check, message }) => ({
            key: `check:${id}:${check}`,
            problem: sentence(`${id}: ${message}`),
          })),
      ),
  };
}

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);
const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
