import type { Account, Instance, Plugin } from "@rookery/host/api";

/** Whether the operator wants it to run and it does not, for a reason that does not pass by itself. */
export const instanceNeedsCare = (instance: Pick<Instance, "status">) =>
  instance.status === "crashed" || instance.status === "blocked";

export const accountNeedsCare = (account: Account) =>
  account.status === "unreachable" || account.status === "blocked";

/** Whether it asks for something that was not granted. */
export const pluginNeedsCare = (plugin: Plugin) => Object.keys(plugin.missing).length > 0;
