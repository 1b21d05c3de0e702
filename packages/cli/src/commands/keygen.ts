import { parseArgs } from "node:util";
import { fingerprintOf } from "@rookery/host/bundle";
import { type RunCommand, UsageError } from "../command.ts";
import { createSigningKey } from "../signing-key.ts";

/** `rookery keygen <file>`: makes a key that signs bundles, and shows what others need of it. */
export const keygen: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("Name one file for the new key.");

  const publicKey = await createSigningKey(file);
  const fingerprint = fingerprintOf(publicKey);
  if (values.json) {
    out.write(`${JSON.stringify({ file, publicKey, fingerprint })}\n`);
    return;
  }
  out.write(`The private key is in ${file}. Keep it, and keep it to yourself: who has it signs as you.

public key   ${publicKey}
fingerprint  ${fingerprint}

Sign with it:  rookery build --sign ${file}
Who trusts it puts this into rookery.yaml:

trustedKeys:
  your-name: ${publicKey}
`);
};
