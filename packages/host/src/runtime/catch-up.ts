import type { InstanceRow } from "../store/instances.ts";
import type { PluginRow } from "../store/plugins.ts";

const DEFAULT_SECONDS = 60 * 60;

/** How old an event may be and still be handled: the instance's setting, else its plugin's. */
export function catchUpMs({ catchUpSeconds }: InstanceRow, plugin: Pick<PluginRow, "manifest">): number {
  return (catchUpSeconds ?? pluginCatchUpSeconds(plugin)) * 1_000;
}

/** What a plugin says for all its instances, else an hour. */
export function pluginCatchUpSeconds({ manifest }: Pick<PluginRow, "manifest">): number {
  return manifest.catchUpSeconds ?? DEFAULT_SECONDS;
}
