import { parseArgs } from "node:util";
import { type RunCommand, UsageError } from "../command.ts";
import { withProgress } from "../progress.ts";
import { askSecret } from "../remote/ask.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { writeWhole } from "../remote/write-whole.ts";

/** `rookery export <instance> -o <file>`: an instance as one file, which only its owner can read. */
export const exportInstance: RunCommand = async (args, { out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      out: { type: "string", short: "o" },
      secrets: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError("One instance is exported at a time.");
  const file = values.out ?? `${id}.rookery.tar.gz`;
  const host = await chosenHost(values.host, process.env);
  const passphrase = values.secrets ? await askSecret("Passphrase for its secrets: ") : undefined;
  const path = `/instances/${encodeURIComponent(id)}/export`;
  await withProgress({ doing: "Exporting", err, quiet: values.json }, async (count) => {
    const answer = await host.raw("POST", path, passphrase === undefined ? {} : { passphrase });
    await writeWhole(file, answer, count);
  });
  out.write(values.json ? `${JSON.stringify({ id, file })}\n` : `${id} is in ${file}.\n`);
};
