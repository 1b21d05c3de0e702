import type { Manifest } from "@rookery/plugin-sdk/manifest";

/** Which worker an instance runs in: its plugin's, or with `"isolation": "instance"` one of its own. */
export function workerKeyOf(
  { id, pluginId }: { id: string; pluginId: string },
  { isolation = "plugin" }: Pick<Manifest, "isolation">,
): string {
  return isolation === "instance" ? `${pluginId} ${id}` : pluginId;
}
