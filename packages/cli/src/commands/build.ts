import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildPlugin } from "../build/index.ts";
import { describeBundle, signatureFacts } from "../bundle-report.ts";
import { type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { readSigningKey } from "../signing-key.ts";

/** `rookery build [dir] [--out file] [--sign key]`: builds a plugin and writes the bundle. */
export const build: RunCommand = async (args, { out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string" },
      sign: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  if (positionals.length > 1) throw new UsageError("One plugin is built at a time; name one folder.");

  const dir = resolve(positionals[0] ?? ".");
  const signWith = values.sign === undefined ? undefined : await readSigningKey(values.sign);
  const { bundle, manifest, sha256, signer, warnings } = await buildPlugin(dir, { signWith });
  const file = resolve(values.out ?? join(dir, "dist", `${manifest.id}-${manifest.version}.mbp`));
  await writeWhole(file, bundle);

  for (const warning of warnings) err.write(`${printable(warning)}\n`);
  const facts = { manifest, size: bundle.length, sha256, ...signatureFacts({ signer, altered: null }) };
  if (values.json) out.write(`${JSON.stringify({ file, ...facts, warnings })}\n`);
  else out.write(`Built ${shortPath(file)}\n\n${describeBundle(facts, out)}\n`);
};

/** As it is typed from here, where it lies below. */
function shortPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}

/** So that nobody who watches the folder ever sees half a bundle. */
async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(part, bytes);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
