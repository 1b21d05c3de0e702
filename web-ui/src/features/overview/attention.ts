import type { Account, Instance, Plugin } from "@rookery/host/api";

type Bot = Pick<Instance, "enabled" | "status" | "accountId">;
type Accounts = readonly Pick<Account, "id" | "status">[];

/** Whether it does not run because the operator said so: of it, or of its account. */
export const rests = ({ enabled, status, accountId }: Bot, accounts: Accounts) =>
  !enabled || (status === "blocked" && accounts.find(({ id }) => id === accountId)?.status === "offline");

/** Whether the operator wants it to run and it does not, for a reason that does not pass by itself. */
export const instanceNeedsCare = (bot: Bot, accounts: Accounts) =>
  bot.status === "crashed" || (bot.status === "blocked" && !rests(bot, accounts));

export const accountNeedsCare = (account: Account) =>
  account.status === "unreachable" || account.status === "blocked";

/** Whether it asks for something that was not granted. */
export const pluginNeedsCare = (plugin: Plugin) => Object.keys(plugin.missing).length > 0;
