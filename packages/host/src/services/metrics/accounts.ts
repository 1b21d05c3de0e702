import type { AccountState } from "../../matrix/account-client.ts";
import type { UnreadCounts } from "../../runtime/intake.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { Family } from "./family.ts";

export interface AccountSources {
  accounts: Pick<AccountStore, "list">;
  stateOf: (accountId: string) => AccountState;
  unreadOf: (accountId: string) => UnreadCounts;
  now?: () => number;
}

/** Each account, by its user ID. */
export function accountFamilies({ accounts, stateOf, unreadOf, now = Date.now }: AccountSources): Family[] {
  const found = accounts.list().map(({ id, userId }) => ({ userId, ...stateOf(id), ...unreadOf(id) }));
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
    {
      name: "rookery_account_events_awaiting_keys",
      help: "Encrypted events whose key has not come yet.",
      type: "gauge",
      values: found.map(({ userId, waiting }) => ({ labels: { account: userId }, value: waiting })),
    },
    {
      name: "rookery_account_undecryptable_events_total",
      help: "Encrypted events that could not be read: no key came, or none will.",
      type: "counter",
      values: found.map(({ userId, unreadable }) => ({ labels: { account: userId }, value: unreadable })),
    },
  ];
}
