import { fingerprintOf, type PublicKey } from "../bundle/index.ts";
import type { Config } from "../config/config.ts";
import { AppError } from "../errors.ts";
import type { PluginRow } from "../store/plugins.ts";

/** Whose signature a version has, as this host sees it. */
export type Signature =
  | { state: "trusted"; publicKey: PublicKey; fingerprint: string; keyName: string }
  | { state: "unknown"; publicKey: PublicKey; fingerprint: string }
  | { state: "unsigned" };

type Signed = Pick<PluginRow, "signer" | "manifest" | "version">;

/** What the configuration says of the keys that bundles are signed with. */
export interface Trust {
  signatureOf(version: Pick<PluginRow, "signer">): Signature;
  /** Why this version may not run here, as a sentence, or `null`. */
  refusal(version: Signed): string | null;
  /** @throws AppError `BUNDLE_UNTRUSTED` */
  check(version: Signed): void;
}

export function createTrust({
  trustedKeys,
  requireSignature,
}: Pick<Config, "trustedKeys" | "requireSignature">): Trust {
  const names = new Map(Object.entries(trustedKeys).map(([name, key]) => [key, name]));

  function signatureOf({ signer }: Pick<PluginRow, "signer">): Signature {
    if (signer === null) return { state: "unsigned" };
    const key = { publicKey: signer, fingerprint: fingerprintOf(signer) };
    const keyName = names.get(signer);
    return keyName === undefined ? { state: "unknown", ...key } : { state: "trusted", ...key, keyName };
  }

  function refusal(version: Signed): string | null {
    const signature = signatureOf(version);
    if (!requireSignature || signature.state === "trusted") return null;
    const why =
      signature.state === "unsigned"
        ? "is not signed"
        : `is signed by a key that is not among the trusted ones (fingerprint ${signature.fingerprint.slice(0, 16)})`;
    return `${version.manifest.name} ${version.version} ${why}, and the configuration asks for a trusted signature (requireSignature). Use a bundle that is signed by a trusted key, or add its key to trustedKeys.`;
  }

  return {
    signatureOf,
    refusal,
    check(version) {
      const reason = refusal(version);
      if (reason !== null) throw new AppError("BUNDLE_UNTRUSTED", reason);
    },
  };
}

/**
 * Whether a version comes from somebody else than the installed one, as far as keys tell: what was signed
 * stays with its key, until the operator says otherwise. That it is trusted does not matter: trusting two
 * authors gives neither the other's plugins.
 */
export function changesSigner(
  installed: Pick<PluginRow, "signer">,
  next: Pick<PluginRow, "signer">,
): boolean {
  return installed.signer !== null && next.signer !== installed.signer;
}
