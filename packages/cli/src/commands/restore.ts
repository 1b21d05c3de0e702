import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findAssets, type Restored, readIdentities, restoreBackup } from "@rookery/host/restore";
import { type RunCommand, UsageError } from "../command.ts";
import { withProgress } from "../progress.ts";

/** `rookery restore <file> --data-dir <folder>`: a data directory made of a backup, or nothing changed. */
export const restore: RunCommand = async (args, { out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      "data-dir": { type: "string" },
      replace: { type: "boolean", default: false },
      identity: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
    },
  });
  const [named, ...more] = positionals;
  const { "data-dir": dataDir, replace, identity, json } = values;
  if (named === undefined || more.length > 0) throw new UsageError("One backup is restored at a time.");
  if (dataDir === undefined) throw new UsageError("Say into which --data-dir.");
  const file = resolve(named);
  const total = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const { migrations } = findAssets();
  const identities = await readIdentities(identity, { env: process.env, cwd: process.cwd() });
  const restored = await withProgress({ doing: "Restoring", total, err, quiet: json }, (count) =>
    restoreBackup({ file, dataDir, migrations, replace, identities, count }),
  );
  out.write(json ? `${JSON.stringify(restored)}\n` : toldOf(restored));
};

function toldOf({ dataDir, before, createdAt, rookery, instances, bundles, key }: Restored): string {
  const data = `the data of ${instances} ${instances === 1 ? "instance" : "instances"}`;
  const plugins = `${bundles} ${bundles === 1 ? "bundle" : "bundles"}`;
  return [
    `${dataDir} is as it was at ${createdAt} (Rookery ${rookery}): ${data}, ${plugins}.`,
    ...(before === null ? [] : [`What was there before is ${before}.`]),
    keyText(key, join(dataDir, "secret.key")),
    "",
  ].join("\n");
}

function keyText(key: Restored["key"], path: string): string {
  if (key === "backup") return "It has its secret key.";
  if (key === "before") return "The secret key that was there belongs to it, and was taken along.";
  return `It has no secret key. Before Rookery is started, put the one that belongs to it at ${path}, or name it with secretKeyFile: without it no login and no secret can be read.`;
}
