import { parseArgs } from "node:util";
import type { Instance } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { chosenHost } from "../remote/chosen-host.ts";
import { NEW_INSTANCE, toldOf } from "./new-instance.ts";

/** `rookery duplicate <instance> <new>`: makes another one like it, stopped unless told. */
export const duplicate: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...NEW_INSTANCE,
      data: { type: "boolean", default: false },
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
  out.write(toldOf(instance, values.json));
};
