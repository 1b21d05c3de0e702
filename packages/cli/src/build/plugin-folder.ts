import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, parseSourceManifest } from "@rookery/host/bundle";
import type { SourceManifest } from "@rookery/plugin-sdk/manifest";

/** A plugin's folder as its author keeps it. */
export interface PluginFolder {
  dir: string;
  manifest: SourceManifest;
  /** Texts that travel with the bundle, by name. */
  extra: Record<string, Buffer>;
}

const TEXTS = ["LICENSE", "README.md"];

/**
 * Reads `plugin.json` and the texts beside it.
 *
 * @throws AppError BUNDLE_NO_MANIFEST, BUNDLE_MANIFEST_INVALID
 */
export async function readPluginFolder(dir: string): Promise<PluginFolder> {
  const path = join(dir, "plugin.json");
  const bytes = await readIfThere(path);
  if (bytes === null) {
    throw new AppError(
      "BUNDLE_NO_MANIFEST",
      `There is no plugin.json in ${dir}. Name the plugin's folder: rookery build path/to/plugin`,
    );
  }
  const manifest = parseSourceManifest(bytes, path);
  const texts = await Promise.all(TEXTS.map(async (name) => [name, await readIfThere(join(dir, name))]));
  const extra = Object.fromEntries(texts.filter(([, content]) => content !== null));
  return { dir, manifest, extra };
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
