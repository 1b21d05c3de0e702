import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Backup } from "@rookery/host/api";
import { type Output, type RunCommand, UsageError } from "../command.ts";
import { withProgress } from "../progress.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { writeWhole } from "../remote/write-whole.ts";

const WITHOUT_KEY =
  "It has no secret key: keep the host's secret.key elsewhere. Without it no login and no secret in the backup can be read.";
const WITH_KEY = "The secret key is in it: whoever can read the file has every login and secret.";
const ENCRYPTED =
  "It is encrypted: without the identity of one of its recipients nobody reads it, Rookery neither.";

/** `rookery backup`: has the host make one, and downloads it. The host keeps it, too. `verify` looks at a file. */
export const backup: RunCommand = async (args, { out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      output: { type: "string", short: "o" },
      "with-key": { type: "boolean", default: false },
      recipient: { type: "string", multiple: true, default: [] },
      identity: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  if (positionals[0] === "verify") return verify(positionals.slice(1), values, { out, err });
  if (positionals.length > 0) throw new UsageError("A backup has all of the host; it takes no names.");
  if (values.identity.length > 0)
    throw new UsageError("A backup is made for a --recipient; an --identity reads it.");
  const quiet = values.json;
  const host = await chosenHost(values.host, process.env);
  if (!quiet && (err as NodeJS.WriteStream).isTTY) err.write("The host makes the backup …\n");
  const made = await host.send<Backup>("POST", "/backups", {
    withKey: values["with-key"],
    ...(values.recipient.length > 0 ? { recipients: values.recipient } : {}),
  });
  const file = values.output ?? made.name;
  await withProgress({ doing: "Downloading", total: made.size, err, quiet }, async (count) =>
    writeWhole(file, await host.raw("GET", `/backups/${encodeURIComponent(made.name)}`), count),
  );
  const text = [
    `${file} is the backup (${made.size} bytes); the host keeps it as ${made.name}.`,
    ...(made.encrypted ? [ENCRYPTED] : []),
    made.withKey ? WITH_KEY : WITHOUT_KEY,
    "",
  ].join("\n");
  out.write(values.json ? `${JSON.stringify({ ...made, file })}\n` : text);
};

/** Whether a file could be restored; no host is asked. */
async function verify(
  [named, ...more]: string[],
  { json, identity, recipient }: { json: boolean; identity: string[]; recipient: string[] },
  { out, err }: Output,
): Promise<void> {
  if (named === undefined || more.length > 0) throw new UsageError("One backup is verified at a time.");
  if (recipient.length > 0) throw new UsageError("A --recipient is for making a backup; say --identity.");
  const { findAssets, readIdentities, verifyBackup } = await import("@rookery/host/restore");
  const file = resolve(named);
  const total = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const { migrations } = findAssets();
  const identities = await readIdentities(identity, { env: process.env, cwd: process.cwd() });
  const found = await withProgress({ doing: "Verifying", total, err, quiet: json }, (count) =>
    verifyBackup({ file, migrations, identities, count }),
  );
  const { createdAt, rookery, instances, bundles, withKey } = found;
  const data = `the data of ${instances} ${instances === 1 ? "instance" : "instances"}`;
  const plugins = `${bundles} ${bundles === 1 ? "bundle" : "bundles"}`;
  const text = `${file} is whole: of ${createdAt} (Rookery ${rookery}), with ${data}, ${plugins}.\n${withKey ? WITH_KEY : WITHOUT_KEY}\n`;
  out.write(json ? `${JSON.stringify(found)}\n` : text);
}
