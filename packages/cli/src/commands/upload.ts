import { constants, openAsBlob } from "node:fs";
import { access } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Plugin, PluginPermission } from "@rookery/host/api";
import { type Output, type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { CountedBlob, withProgress } from "../progress.ts";
import type { Api } from "../remote/api.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";

/** `rookery upload <bundle>`: installs it, or upgrades to it. What it asks for is granted with `--grant` alone. */
export const upload: RunCommand = async (args, output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      grant: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError("One bundle is uploaded at a time.");
  // It says which file it is that cannot be read.
  await access(file, constants.R_OK);
  const bytes = await openAsBlob(file, { type: "application/octet-stream" });
  const host = await chosenHost(values.host, process.env);
  const bar = { doing: "Uploading", total: bytes.size, err: output.err, quiet: values.json };
  let plugin = await withProgress(bar, (count) =>
    host.send<Plugin>("POST", "/plugins", new CountedBlob(file, bytes, count)),
  );
  if (values.grant) plugin = await grantAll(host, plugin);
  if (values.json) output.out.write(`${JSON.stringify(plugin)}\n`);
  else show(plugin, output);
};

/** All that the version asks for that was uploaded: the one that waits, where one does. */
async function grantAll(host: Api, { id, requested, waiting }: Plugin): Promise<Plugin> {
  return await host.send<Plugin>(
    "PUT",
    `/plugins/${encodeURIComponent(id)}/grants`,
    waiting?.requested ?? requested,
  );
}

function show(
  { id, name, version, sha256, waiting, permissions, instances }: Plugin,
  { out, err }: Output,
): void {
  const uploaded = waiting ?? { version, sha256 };
  out.write(printable(`${name} ${uploaded.version} (${id})\nSHA-256 ${uploaded.sha256}\n`));
  if (waiting) out.write(printable(`It waits; ${version} goes on meanwhile.\n`));
  else if (instances.length > 0) out.write(printable(`It runs in ${instances.join(", ")}.\n`));
  const undecided = (waiting?.permissions ?? permissions).filter((one) => !one.granted && !one.refused);
  if (undecided.length > 0) {
    err.write(`\nIt asks for what was not granted yet:\n${undecided.map(line).join("")}`);
    err.write("Grant all of it with --grant, or choose on the page.\n");
  } else if (waiting?.newSigner) {
    err.write(
      "\nAnother key signed it than the version that runs. Look at it on the page, and accept it there.\n",
    );
  }
}

function line({ words, risk }: PluginPermission): string {
  return printable(`  ${words}. ${risk}\n`);
}
