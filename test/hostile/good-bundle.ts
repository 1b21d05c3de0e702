import type { ZipBytesEntry } from "../../packages/host/src/bundle/zip-bytes.ts";

/** What hostile bundles are made from: a bundle that would be taken. */
export const MANIFEST = {
  id: "org.example.hostile.bundle",
  version: "1.0.0",
  name: "Hostile",
  description: "A good bundle, but for one thing.",
  license: "MIT",
  rookery: "^0.1.0",
  main: "plugin.js",
};
export const MANIFEST_ENTRY: ZipBytesEntry = { name: "plugin.json", content: JSON.stringify(MANIFEST) };
export const CODE_ENTRY: ZipBytesEntry = { name: "plugin.js", content: "module.exports = {};\n" };
export const GOOD: readonly ZipBytesEntry[] = [MANIFEST_ENTRY, CODE_ENTRY];

export function manifestWith(more: object): ZipBytesEntry {
  return { name: "plugin.json", content: JSON.stringify({ ...MANIFEST, ...more }) };
}
