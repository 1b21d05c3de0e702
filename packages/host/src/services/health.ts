import { reasonOf } from "../errors.ts";
import type { AccountState } from "../matrix/account-client.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { SettingStore } from "../store/settings.ts";
import { whyUnwritable } from "../store/unwritable.ts";
import type { Notice } from "./notices.ts";

/** One thing that has to be well for the host to do its work. */
export interface Check {
  /** `database`: it can be written; `account`: it syncs, or was switched off. */
  name: "database" | "account";
  /** The user ID of an account. */
  account: string | null;
  /** What is wrong, in a sentence; `null` where it is well. */
  problem: string | null;
}

/** Whether the host can do its work now, and if not, what is wrong. */
export interface Health {
  /** All that is looked at, now. */
  checks(): Check[];
  /** One sentence for each problem; none where all is well. */
  problems(): string[];
  /** The problems that belong to no account or instance, for the page. */
  notices(): Notice[];
  /**
   * Whether the database answers, or says why it cannot be written. A full disk is no reason to end the host: starting
   * anew mends nothing then. A database that fails in any other way is.
   */
  isAlive(): boolean;
}

export function createHealth(options: {
  dataDir: string;
  settings: SettingStore;
  accounts: AccountStore;
  stateOf: (accountId: string) => AccountState;
}): Health {
  const { dataDir, settings, accounts, stateOf } = options;

  /** Looks by writing: nothing else tells whether it is possible. */
  function write(): { error: unknown } | null {
    try {
      settings.set("health.checked_at", String(Date.now()));
      return null;
    } catch (error) {
      return { error };
    }
  }

  function storage(): string | null {
    const failed = write();
    if (failed === null) return null;
    return `${dataDir} cannot be written: ${whyUnwritable(failed.error) ?? reasonOf(failed.error)}.`;
  }

  function checks(): Check[] {
    return [{ name: "database", account: null, problem: storage() }, ...accountChecks()];
  }

  function accountChecks(): Check[] {
    return accounts.list().map(({ id, userId }) => {
      const { status, reason } = stateOf(id);
      const isWell = status === "syncing" || status === "offline";
      const problem = isWell ? null : `${userId} is not syncing: ${reason ?? status}`;
      return { name: "account", account: userId, problem };
    });
  }

  return {
    checks,
    problems: () => checks().flatMap(({ problem }) => problem ?? []),
    notices() {
      const message = storage();
      const remedy =
        "Make room on the disk, or correct the folder's permissions. What waits is handled then by itself.";
      return message === null ? [] : [{ id: "storage", message, remedy }];
    },
    isAlive() {
      const failed = write();
      return failed === null || whyUnwritable(failed.error) !== null;
    },
  };
}
