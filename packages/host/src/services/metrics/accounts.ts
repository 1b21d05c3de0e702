import type { AccountState } from "../../matrix/account-client.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { Family } from "./family.ts";

export interface AccountSources {
  accounts: Pick<AccountStore, "list">;
  stateOf: (accountId: string) => AccountState;
  now?: () => number;
}

/** Each account, by its user ID. */
export function accountFamilies({ accounts, stateOf, now = Date.now }: AccountSources): Family[] {
  const found = accounts.list().map(({ id, userId }) => ({ userId, ...stateOf(id) }));
  return [
    {
      name: "rookery_account_status",
      help: "1 for what the account is observed to be: connecting, syncing, unreachable, blocked or offline.",
      type: "gauge",
      values: found.map(({ userId, status }) => ({ labels: { account: userId, status }, value: 1 })),
    },
    {
      name: "rookery_account_last_sync_age_seconds",
      help: "Seconds since the homeserver last answered a sync; up to 30 where nothing happens. None before the first.",
      type: "gauge",
      values: found.flatMap(({ userId, lastSyncAt }) =>
        lastSyncAt === null
          ? []
          : [{ labels: { account: userId }, value: Math.max(0, now() - lastSyncAt) / 1000 }],
      ),
    },
  ];
}
