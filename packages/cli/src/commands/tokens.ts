import { parseArgs } from "node:util";
import type { ApiToken } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { textTable } from "../remote/text-table.ts";

/** `rookery tokens list | remove <id>`: your own API tokens. A new one takes a password: the page makes it, or `login`. */
export const tokens: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...HOST_OPTION, json: { type: "boolean", default: false } },
  });
  const [command, id, ...more] = positionals;
  const isList = command === "list" && id === undefined;
  const isRemove = command === "remove" && id !== undefined && more.length === 0;
  if (!isList && !isRemove) throw new UsageError("Say what to do with your tokens.");
  const host = await chosenHost(values.host, process.env);
  if (isRemove) {
    await host.send("DELETE", `/tokens/${encodeURIComponent(id)}`);
    out.write(values.json ? `${JSON.stringify({ id })}\n` : `The token ${id} lets nobody in any more.\n`);
    return;
  }
  const listed = await host.get<ApiToken[]>("/tokens");
  const rows = listed.map((token) => [
    ...[token.id, token.name, token.role, token.expiresAt.slice(0, 10)],
    token.lastUsedAt?.slice(0, 10) ?? "never",
  ]);
  const headings = ["ID", "NAME", "ROLE", "UNTIL", "LAST USED"];
  out.write(values.json ? `${JSON.stringify(listed)}\n` : textTable(headings, rows));
};
