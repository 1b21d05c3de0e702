import type { Signature } from "@rookery/host/api";
import { texts } from "../texts.ts";
import classes from "./BundleIdentity.module.css";
import { CopyableId } from "./CopyableId.tsx";
import { SignatureBadge } from "./Status.tsx";

/** Which bundle exactly, and whose: the first of its SHA-256, and its signature in words. */
export function BundleIdentity({ sha256, signature }: { sha256: string; signature: Signature }) {
  return (
    <span className={classes.identity}>
      <CopyableId value={sha256} short={sha256.slice(0, 8)} what={texts.sha256} />
      <BundleSignature signature={signature} />
    </span>
  );
}

/** Who signed it, with the first of the key's fingerprint where that is somebody. */
export function BundleSignature({ signature }: { signature: Signature }) {
  const { fingerprint } = signature;
  return (
    <span className={classes.identity}>
      <SignatureBadge signature={signature} />
      {fingerprint && (
        <CopyableId value={fingerprint} short={fingerprint.slice(0, 16)} what={texts.fingerprint} />
      )}
    </span>
  );
}
