import type { KeyObject } from "node:crypto";
import { realpath } from "node:fs/promises";
import { type PublicKey, readBundle, writeBundle } from "@rookery/host/bundle";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { compile } from "./compile.ts";
import { readConfigSchema } from "./config-schema.ts";
import { readPluginFolder } from "./plugin-folder.ts";

/** What building a plugin gives. */
export interface BuiltPlugin {
  /** The bytes of the `.mbp` file. */
  bundle: Buffer;
  manifest: Manifest;
  /** Of the bundle, in hex. */
  sha256: string;
  /** The key that signed it, or `null`. */
  signer: PublicKey | null;
  /** What is not wrong and yet worth a look, each with its place. */
  warnings: string[];
}

/**
 * Builds the plugin in a folder into a bundle. The same sources give the same bytes, wherever the
 * folder lies. Nothing is written.
 *
 * @param dir the folder with `plugin.json`
 * @param options.deadlineMs how long the plugin's top-level code may run; 10 s unless told
 * @param options.signWith an Ed25519 private key that signs the bundle
 * @throws AppError with a `BUNDLE_` code where the sources are not a plugin that would run
 */
export async function buildPlugin(
  dir: string,
  options: { deadlineMs?: number; signWith?: KeyObject | undefined } = {},
): Promise<BuiltPlugin> {
  // Paths in the source map are relative to it, and only to the real one without a way through `/`.
  const folder = await readPluginFolder(await realpath(dir).catch(() => dir));
  const { $schema, main: _, permissions, ...about } = folder.manifest;
  const compiled = await compile(folder);
  const { code, licenses, warnings } = compiled;
  const configSchema = await readConfigSchema(compiled, folder.manifest, options.deadlineMs ?? 10_000);
  const manifest: Manifest = {
    ...about,
    ...(permissions ? { permissions } : {}),
    main: "plugin.js",
    ...(configSchema ? { configSchema } : {}),
  };
  const extra = { ...folder.extra, ...(licenses === "" ? {} : { "LICENSES.txt": licenses }) };
  const { signWith } = options;
  const bundle = writeBundle({ manifest, code, extra, ...(signWith ? { signWith } : {}) });
  const { sha256, signer } = readBundle(bundle);
  return { bundle, manifest, sha256, signer, warnings };
}
