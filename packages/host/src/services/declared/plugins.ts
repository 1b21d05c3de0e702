import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import type { Bundle } from "../../bundle/index.ts";
import type { Declared, DeclaredPlugin } from "../../config/declared.ts";
import { AppError, reasonOf } from "../../errors.ts";
import type { PluginVersionStore } from "../../store/plugin-versions.ts";
import type { PluginStore } from "../../store/plugins.ts";
import type { PluginService } from "../plugins.ts";
import type { Step } from "./difference.ts";

export type ReadBundle = (bytes: Buffer) => Bundle | Promise<Bundle>;

interface Sources {
  plugins: Pick<PluginStore, "get">;
  versions: Pick<PluginVersionStore, "get">;
  read: ReadBundle;
}

/** Bundles to install. Nothing is read of one that is installed, or waits to be, already. */
export async function planPlugins(
  { plugins: declared, instances }: Declared,
  sources: Sources,
  service: PluginService | null,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [id, plugin] of Object.entries(declared)) {
    const installed = sources.plugins.get(id);
    const waiting = sources.versions.get(id, "waiting");
    const about = { kind: "plugin" as const, name: id, entry: `plugins.${id}` };
    if (installed?.sha256 === plugin.sha256 && waiting) {
      // It would take the place of the declared one with the next grant.
      const changes = [{ field: "waiting", from: waiting.version, to: null }];
      const apply = async () => void (await service?.dismiss(id));
      steps.push({ ...about, action: "change", changes, problem: null, apply });
    }
    if ([installed?.sha256, waiting?.sha256].includes(plugin.sha256)) continue;
    const rolledBack = sources.versions.get(id, "rolled-back");
    const sha256 = { field: "sha256", from: installed?.sha256, to: plugin.sha256 };
    if (rolledBack?.sha256 === plugin.sha256) {
      const problem = `Version ${rolledBack.version} was rolled back: ${rolledBack.reason} Name another bundle, or dismiss this on the plugin's page to have it tried again.`;
      steps.push({ ...about, action: "none", changes: [sha256], problem });
      continue;
    }
    const action = installed ? ("change" as const) : ("add" as const);
    try {
      const { bytes, manifest } = await readDeclared(id, plugin, sources.read);
      const changes = [{ field: "version", from: installed?.version, to: manifest.version }, sha256];
      // What its instances are to have goes with it: the new version may take no other config.
      const configs = new Map(
        Object.entries(instances)
          .filter(([, instance]) => instance.plugin === id)
          .map(([name, { config }]) => [name, config]),
      );
      const apply = async () => void (await service?.install(bytes, configs));
      steps.push({ ...about, action, changes, problem: null, apply });
    } catch (error) {
      steps.push({ ...about, action, changes: [sha256], problem: reasonOf(error) });
    }
  }
  return steps;
}

/** @throws AppError `NOT_FOUND`, `BUNDLE_…` */
export async function readDeclared(
  id: string,
  { path, sha256 }: DeclaredPlugin,
  read: ReadBundle,
): Promise<{ bytes: Buffer; manifest: Manifest }> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new AppError("NOT_FOUND", `The bundle ${path} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== sha256) {
    const text = `The SHA-256 of ${path} is ${digest}, not ${sha256}. If the file is the right one, write that.`;
    throw new AppError("BUNDLE_ALTERED", text);
  }
  const { manifest } = await read(bytes);
  if (manifest.id === id) return { bytes, manifest };
  throw new AppError("CONFLICT", `${path} is ${manifest.id}, not ${id}. Declare it under that name.`);
}

/** A plugin that is declared no more stays installed. */
export function removePlugin(id: string): Step {
  const about = { kind: "plugin" as const, name: id, entry: `plugins.${id}` };
  return { ...about, action: "remove", changes: [], problem: null, apply: async () => undefined };
}
