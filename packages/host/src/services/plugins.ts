import type { Permissions } from "@rookery/plugin-sdk/manifest";
import type { Bundle } from "../bundle/index.ts";
import { AppError } from "../errors.ts";
import { missingPermissions } from "../runtime/permissions.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import type { BundleStore } from "../store/bundles.ts";
import type { InstanceStore } from "../store/instances.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";

export type PluginView = PluginRow & { missing: Permissions; instances: string[] };

export interface PluginService {
  list(): PluginView[];
  /**
   * Installs a bundle, or puts it in the place of another version. Grants of before stay; what it
   * asks for beyond them waits for the operator.
   *
   * @throws AppError with a `BUNDLE_…` code
   */
  install(bytes: Buffer): Promise<{ plugin: PluginView; replaced: boolean }>;
  /** @throws AppError `NOT_FOUND` */
  grant(id: string, granted: Permissions): Promise<PluginView>;
  /** @throws AppError `NOT_FOUND`, `IN_USE` */
  uninstall(id: string): void;
}

export function createPluginService(options: {
  plugins: PluginStore;
  instances: InstanceStore;
  bundles: BundleStore;
  supervisor: Supervisor;
  read: (bytes: Buffer) => Bundle;
}): PluginService {
  const { plugins, instances, bundles, supervisor, read } = options;

  const usedBy = (id: string) =>
    instances
      .list()
      .filter((instance) => instance.pluginId === id)
      .map((instance) => instance.id);

  function view(plugin: PluginRow): PluginView {
    const missing = missingPermissions(plugin.manifest.permissions, plugin.granted);
    return { ...plugin, missing, instances: usedBy(plugin.id) };
  }

  function get(id: string): PluginRow {
    const plugin = plugins.get(id);
    if (!plugin) throw new AppError("NOT_FOUND", `There is no plugin ${id}.`);
    return plugin;
  }

  return {
    list: () => plugins.list().map(view),

    async install(bytes) {
      const { manifest, sha256, size } = read(bytes);
      const before = plugins.get(manifest.id);
      bundles.write(sha256, bytes);
      const granted = before?.granted ?? {};
      const plugin: PluginRow = {
        id: manifest.id,
        version: manifest.version,
        sha256,
        size,
        manifest,
        granted,
        installedAt: Date.now(),
      };
      plugins.put(plugin);
      await Promise.all(usedBy(plugin.id).map((id) => supervisor.restart(id)));
      return { plugin: view(plugin), replaced: before !== undefined };
    },

    async grant(id, granted) {
      const plugin = { ...get(id), granted };
      plugins.put(plugin);
      await Promise.all(usedBy(id).map((instance) => supervisor.restart(instance)));
      return view(plugin);
    },

    uninstall(id) {
      const plugin = get(id);
      const using = usedBy(id);
      if (using.length > 0) {
        throw new AppError("IN_USE", `${id} is used by ${using.join(", ")}. Delete those instances first.`);
      }
      plugins.remove(id);
      bundles.remove(plugin.sha256);
    },
  };
}
