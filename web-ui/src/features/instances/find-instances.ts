import type { Account, Instance, Plugin } from "@rookery/host/api";
import { texts as shared } from "../../texts.ts";

/** Those of which every word is found in the name, status, plugin or account; in the order of their names. */
export function findInstances(
  instances: readonly Instance[],
  words: string,
  { plugins = [], accounts = [] }: { plugins: Plugin[] | undefined; accounts: Account[] | undefined },
): Instance[] {
  const wanted = words.toLowerCase().split(/\s+/);
  const pluginNames = new Map(plugins.map(({ id, name }) => [id, name]));
  const userIds = new Map(accounts.map(({ id, userId }) => [id, userId]));
  return instances
    .filter(({ id, status, pluginId, accountId }) => {
      const text = [
        ...[id, shared.instanceStatus[status], pluginId],
        ...[pluginNames.get(pluginId), userIds.get(accountId)],
      ].join(" ");
      return wanted.every((word) => text.toLowerCase().includes(word));
    })
    .sort((one, other) => one.id.localeCompare(other.id));
}
