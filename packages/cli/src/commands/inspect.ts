import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { inspectBundle } from "@rookery/host/bundle";
import { describeBundle, signatureFacts } from "../bundle-report.ts";
import { type RunCommand, UsageError } from "../command.ts";

/**
 * `rookery inspect <bundle>`: shows what is in a bundle. Nothing in it is run. One whose signature does
 * not fit is shown, too, and is an error.
 */
export const inspect: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("Name one bundle, an .mbp file.");

  const { manifest, sha256, size, signer, altered } = inspectBundle(await readFileNamed(file));
  const facts = { manifest, size, sha256, ...signatureFacts({ signer, altered }) };
  out.write(`${values.json ? JSON.stringify(facts) : describeBundle(facts, out)}\n`);
  if (altered !== null) throw new Error(`${file} is not as it was signed: ${altered}. Do not use it.`);
};

async function readFileNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = { ENOENT: "there is no such file", EISDIR: "it is a folder", EACCES: "it may not be read" };
    const known = why[code as keyof typeof why] ?? code;
    throw new Error(`${file} cannot be read: ${known}.`, { cause });
  }
}
