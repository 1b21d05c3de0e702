import {
  fingerprintOf,
  type InspectedBundle,
  type PublicKey,
  secretSettings,
  showBytes,
} from "@rookery/host/bundle";
import { type Manifest, permissionInWords, permissionItems } from "@rookery/plugin-sdk/manifest";
import { printable } from "./printable.ts";
import { styled } from "./styled.ts";

/** Who signed a bundle, for programs. Whether the key is trusted only a host knows. */
export interface SignatureFacts {
  signature:
    | { state: "signed"; publicKey: PublicKey; fingerprint: string }
    | { state: "unsigned" }
    | { state: "altered"; reason: string };
}

export function signatureFacts({
  signer,
  altered,
}: Pick<InspectedBundle, "signer" | "altered">): SignatureFacts {
  if (altered !== null) return { signature: { state: "altered", reason: altered } };
  if (signer === null) return { signature: { state: "unsigned" } };
  return { signature: { state: "signed", publicKey: signer, fingerprint: fingerprintOf(signer) } };
}

/** A bundle's manifest, permissions, size, hash and signature, for a person. */
export function describeBundle(
  {
    manifest,
    size,
    sha256,
    signature,
  }: { manifest: Manifest; size: number; sha256: string } & SignatureFacts,
  stream: NodeJS.WritableStream,
): string {
  const style = styled(stream);
  const may = permissionItems(manifest.permissions).map(permissionInWords);
  const secrets = new Set(secretSettings(manifest.configSchema).pointers);
  const config = Object.keys((manifest.configSchema?.properties ?? {}) as object).map((name) =>
    secrets.has(`/${name}`) ? `${name} (secret)` : name,
  );
  const rows: [string, string][] = [
    ["plugin", `${manifest.name} (${manifest.id}) ${manifest.version}`],
    ["", manifest.description],
    ["license", manifest.license],
    ["runs on", `Rookery ${manifest.rookery}`],
    ["config", config.length === 0 ? "none" : config.join(", ")],
    ...(may.length === 0 ? ["nothing beyond the rooms of its account"] : may).map(
      (text, index): [string, string] => [index === 0 ? "asks to" : "", text],
    ),
    ["size", `${showBytes(size)} (${size} bytes)`],
    ["sha256", sha256],
    ...signatureRows(signature),
  ];
  return rows
    .map(([label, text]) => `${style("dim", label.padEnd(9))}  ${printable(text).replaceAll("\n", " ")}`)
    .join("\n");
}

function signatureRows(signature: SignatureFacts["signature"]): [string, string][] {
  if (signature.state === "unsigned") return [["signed by", "nobody"]];
  if (signature.state === "altered") return [["signed by", `nobody any more (ALTERED): ${signature.reason}`]];
  return [
    ["signed by", signature.publicKey],
    ["", `fingerprint ${signature.fingerprint}`],
  ];
}
