import { reasonOf } from "../errors.ts";
import type { AccountState } from "../matrix/account-client.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { SettingStore } from "../store/settings.ts";
import { whyUnwritable } from "../store/unwritable.ts";
import type { Notice } from "./notices.ts";

/** Whether the host can do its work now, and if not, what is wrong. */
export interface Health {
  /** One sentence for each problem; none where all is well. */
  problems(): string[];
  /** The problems that belong to no account or instance, for the page. */
  notices(): Notice[];
}

export function createHealth(options: {
  dataDir: string;
  settings: SettingStore;
  accounts: AccountStore;
  stateOf: (accountId: string) => AccountState;
}): Health {
  const { dataDir, settings, accounts, stateOf } = options;

  /** Looks by writing: nothing else tells whether it is possible. */
  function storage(): string | null {
    try {
      settings.set("health.checked_at", String(Date.now()));
      return null;
    } catch (error) {
      return `${dataDir} cannot be written: ${whyUnwritable(error) ?? reasonOf(error)}.`;
    }
  }

  return {
    problems() {
      const unwell = accounts.list().flatMap(({ id, userId }) => {
        const { status, reason } = stateOf(id);
        return status === "syncing" || status === "offline"
          ? []
          : [`${userId} is not syncing: ${reason ?? status}`];
      });
      const problem = storage();
      return problem === null ? unwell : [problem, ...unwell];
    },
    notices() {
      const message = storage();
      const remedy =
        "Make room on the disk, or correct the folder's permissions. What waits is handled then by itself.";
      return message === null ? [] : [{ id: "storage", message, remedy }];
    },
  };
}
