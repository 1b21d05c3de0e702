import { parseArgs } from "node:util";
import type { Instance } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";

/** `rookery duplicate <instance> <new>`: makes another one like it, stopped unless told. */
export const duplicate: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      account: { type: "string" },
      data: { type: "boolean", default: false },
      start: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [from, id, ...more] = positionals;
  if (from === undefined || id === undefined || more.length > 0) {
    throw new UsageError("Name an instance, and how the new one is to be called.");
  }
  const { account, data, start } = values;
  const host = await chosenHost(values.host, process.env);
  const what = { from, id, data, enabled: start, ...(account === undefined ? {} : { accountId: account }) };
  const instance = await host.send<Instance>("POST", "/instances/duplicate", what);
  out.write(
    values.json ? `${JSON.stringify(instance)}\n` : printable(`${instance.id}: ${instance.status}\n`),
  );
};
