import { parseArgs } from "node:util";
import type { Account, Instance } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { textTable } from "../remote/text-table.ts";

/** `rookery ps`: what runs, and why something does not. */
export const ps: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...HOST_OPTION, json: { type: "boolean", default: false } },
  });
  if (positionals.length > 0) throw new UsageError("It shows all instances, and takes no names.");
  const host = await chosenHost(values.host, process.env);
  const [instances, accounts] = await Promise.all([
    host.get<Instance[]>("/instances"),
    host.get<Account[]>("/accounts"),
  ]);
  if (values.json) out.write(`${JSON.stringify(instances)}\n`);
  else if (instances.length === 0) out.write("There are no instances yet.\n");
  else out.write(shown(instances, new Map(accounts.map(({ id, userId }) => [id, userId]))));
};

function shown(instances: Instance[], userIds: Map<string, string>): string {
  const headings = ["INSTANCE", "STATUS", "PLUGIN", "ACCOUNT", "LAST ANSWER", "SENT", "FAILED", "WAITING"];
  const rows = instances.map(({ id, status, pluginId, accountId, lastAnswerAt, counts }) => [
    ...[id, status, pluginId, userIds.get(accountId) ?? accountId],
    lastAnswerAt === null ? "never" : lastAnswerAt.slice(0, 16).replace("T", " "),
    ...[counts.sent, counts.failed, counts.waiting].map(String),
  ]);
  const reasons = instances.flatMap(({ id, statusReason }) =>
    statusReason === null ? [] : [`${id}: ${printable(statusReason)}`],
  );
  return [textTable(headings, rows), ...(reasons.length > 0 ? [`${reasons.join("\n")}\n`] : [])].join("\n");
}
