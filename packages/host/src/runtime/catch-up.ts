import type { InstanceRow } from "../store/instances.ts";
import type { PluginRow } from "../store/plugins.ts";

const DEFAULT_SECONDS = 60 * 60;

/** How old an event may be and still be handled: the instance's setting, else its plugin's, else an hour. */
export function catchUpMs({ catchUpSeconds }: InstanceRow, { manifest }: PluginRow): number {
  return (catchUpSeconds ?? manifest.catchUpSeconds ?? DEFAULT_SECONDS) * 1_000;
}
