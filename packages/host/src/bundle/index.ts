export { AppError } from "../errors.ts";
export { LIMITS as BUNDLE_LIMITS, showBytes } from "./limits.ts";
export { parseSourceManifest } from "./manifest.ts";
export { fingerprintOf, type PublicKey, readPublicKey, showPublicKey } from "./public-key.ts";
export { type Bundle, type InspectedBundle, inspectBundle, readBundle } from "./read-bundle.ts";
export { type SecretSettings, secretSettings } from "./secret-settings.ts";
export { findRefusedText } from "./source-text.ts";
export { type BundleContent, writeBundle } from "./write-bundle.ts";
