import { openAsBlob } from "node:fs";
import { parseArgs } from "node:util";
import type { Instance } from "@rookery/host/api";
import { type RunCommand, UsageError } from "../command.ts";
import { CountedBlob, withProgress } from "../progress.ts";
import { askSecret } from "../remote/ask.ts";
import { chosenHost } from "../remote/chosen-host.ts";
import { NEW_INSTANCE, toldOf } from "./new-instance.ts";

/** `rookery import <file> --account <id>`: makes an instance of an exported file, and starts it where told. */
export const importInstance: RunCommand = async (args, { out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...NEW_INSTANCE,
      id: { type: "string" },
      secrets: { type: "boolean", default: false },
      "without-secrets": { type: "boolean", default: false },
    },
  });
  const { account, id, start, secrets } = values;
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError("One file is imported at a time.");
  if (account === undefined)
    throw new UsageError("Say in which --account; `rookery accounts list` has them.");
  // It is read as it is sent, however large it is.
  const bytes = await openAsBlob(file, { type: "application/gzip" });
  const host = await chosenHost(values.host, process.env);
  const passphrase = secrets ? await askSecret("Passphrase of its secrets: ") : undefined;
  const query = new URLSearchParams({
    accountId: account,
    ...(id === undefined ? {} : { id }),
    ...(start ? { enabled: "true" } : {}),
    ...(values["without-secrets"] ? { withoutSecrets: "true" } : {}),
  });
  const headers: Record<string, string> =
    passphrase === undefined ? {} : { "rookery-passphrase": Buffer.from(passphrase).toString("base64") };
  const bar = { doing: "Importing", total: bytes.size, err, quiet: values.json };
  const instance = await withProgress(bar, async (count) => {
    const sent = new CountedBlob(file, bytes, count);
    return (await (await host.raw("POST", `/instances/import?${query}`, sent, headers)).json()) as Instance;
  });
  out.write(toldOf(instance, values.json));
};
