import { parseArgs } from "node:util";
import type { Instance } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";

/** `rookery start|stop|restart <instance>…`, one after the other. It fails where one does not come to run. */
export const control =
  (action: "start" | "stop" | "restart"): RunCommand =>
  async (args, { out }) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...HOST_OPTION, json: { type: "boolean", default: false } },
    });
    if (positionals.length === 0) throw new UsageError(`Say which instance to ${action}.`);
    const host = await chosenHost(values.host, process.env);
    const after: Instance[] = [];
    for (const id of positionals) {
      const path = `/instances/${encodeURIComponent(id)}/${action}`;
      const instance = await host.send<Instance>("POST", path);
      after.push(instance);
      if (!values.json) out.write(`${id}: ${stateOf(instance)}\n`);
    }
    if (values.json) out.write(`${JSON.stringify(after)}\n`);
    const wanted = action === "stop" ? "stopped" : "running";
    const others = after.filter(({ status }) => status !== wanted);
    if (others.length > 0) {
      throw new Error(`Not ${wanted}: ${others.map(({ id }) => id).join(", ")}. "rookery logs" tells more.`);
    }
  };

function stateOf({ status, statusReason }: Instance): string {
  return statusReason === null ? status : `${status}. ${printable(statusReason)}`;
}
