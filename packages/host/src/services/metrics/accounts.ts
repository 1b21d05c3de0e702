import type { AccountState } from "../../matrix/account-client.ts";
import type { EncryptionState } from "../../matrix/account-encryption.ts";
import type { UnreadCounts } from "../../runtime/intake.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { Family } from "./family.ts";

export interface AccountSources {
  accounts: Pick<AccountStore, "list">;
  stateOf: (accountId: string) => AccountState;
  unreadOf: (accountId: string) => UnreadCounts;
  /** `undefined` of an account that is offline. */
  encryptionOf: (accountId: string) => { readonly state: EncryptionState } | undefined;
  now?: () => number;
}

/** Each account, by its user ID. */
export function accountFamilies(sources: AccountSources): Family[] {
  const { accounts, stateOf, unreadOf, encryptionOf, now = Date.now } = sources;
  const found = accounts.list().map(({ id, userId }) => ({
    ...{ userId, ...stateOf(id), ...unreadOf(id) },
    encryption: encryptionOf(id)?.state.status,
  }));
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
      name: "rookery_account_encryption_status",
      help: "1 for what an account's end-to-end encryption is: unused, starting, on or unavailable.",
      type: "gauge",
      values: found.flatMap(({ userId, encryption }) =>
        encryption === undefined ? [] : [{ labels: { account: userId, status: encryption }, value: 1 }],
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
