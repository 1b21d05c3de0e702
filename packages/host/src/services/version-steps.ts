import { AppError } from "../errors.ts";
import type { InstanceRow, InstanceStore } from "../store/instances.ts";
import type { PluginVersion, PluginVersionStore } from "../store/plugin-versions.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";
import { fitConfig } from "./config-check.ts";

/** A version that is to take the place of the installed one; `instances` bring configs of their own. */
export type NewVersion = Pick<PluginRow, "version" | "sha256" | "size" | "manifest"> &
  Partial<Pick<PluginVersion, "instances">>;

/** What an upgrade writes to the registry. Each step is one transaction, and names what may run from then on. */
export interface VersionSteps {
  /** @throws AppError `NOT_FOUND` */
  installed(pluginId: string): PluginRow;
  /** The version before the one that is being watched. */
  replaced(pluginId: string): PluginVersion | undefined;
  allReplaced(): PluginVersion[];
  instancesOf(pluginId: string): InstanceRow[];
  /** The bundles that a plugin's versions need. */
  bundlesOf(pluginId: string): Set<string>;
  /** @throws AppError `CONFIG_INVALID` where an instance's config does not fit the new version */
  checkConfigs(pluginId: string, next: NewVersion): void;
  /**
   * The new version, its configs and what is needed to go back are there.
   *
   * @param ran the instances that ran; without any there is nothing to watch
   */
  install(pluginId: string, next: NewVersion, ran: string[]): void;
  /** The version that was watched is to stay. */
  trust(old: PluginVersion): void;
  /** The version that is watched failed: nothing of the plugin may start. `false` if nothing is watched. */
  markFailed(pluginId: string, reason: string): boolean;
  /** The old version and its configs are back; the databases must be so already. */
  putBack(old: PluginVersion): void;
}

export function createVersionSteps(options: {
  instances: InstanceStore;
  plugins: PluginStore;
  versions: PluginVersionStore;
  transaction: <T>(write: () => T) => T;
  now: () => number;
}): VersionSteps {
  const { instances, plugins, versions, transaction, now } = options;

  const instancesOf = (pluginId: string) => instances.list().filter((row) => row.pluginId === pluginId);
  const replaced = (pluginId: string) => versions.get(pluginId, "replaced");

  function installed(pluginId: string): PluginRow {
    const plugin = plugins.get(pluginId);
    if (!plugin) throw new AppError("NOT_FOUND", `There is no plugin ${pluginId}.`);
    return plugin;
  }

  /** Each instance's config as the new version would have it. */
  function fitted(pluginId: string, next: NewVersion): Map<string, InstanceRow["config"]> {
    const saved = new Map(next.instances?.map(({ id, config }) => [id, config]));
    const configs = new Map<string, InstanceRow["config"]>();
    const wrong = instancesOf(pluginId).flatMap((row) => {
      const { config, fields } = fitConfig(next.manifest, saved.get(row.id) ?? row.config);
      configs.set(row.id, config);
      return fields.map(({ path, message }) => ({ path: `/instances/${row.id}${path}`, message }));
    });
    const [first] = wrong;
    if (!first) return configs;
    const { version } = installed(pluginId);
    const text = `Version ${next.version} does not take the config that is there: ${first.path} ${first.message}. Version ${version} goes on.`;
    throw new AppError("CONFIG_INVALID", text, { fields: wrong });
  }

  return {
    installed,
    replaced,
    instancesOf,
    allReplaced: () => versions.list().filter(({ role }) => role === "replaced"),
    checkConfigs: (pluginId, next) => void fitted(pluginId, next),

    bundlesOf(pluginId) {
      const kept = versions.list().filter(({ id, role }) => id === pluginId && role !== "rolled-back");
      const current = plugins.get(pluginId);
      return new Set([...kept, ...(current ? [current] : [])].map(({ sha256 }) => sha256));
    },

    install: (id, next, ran) =>
      transaction(() => {
        const { instances: _saved, ...version } = next;
        const configs = fitted(id, next);
        const { granted, refused, ...old } = installed(id);
        const kept = instancesOf(id).map((row) => ({
          ...{ id: row.id, config: row.config, subscriptions: row.subscriptions, ran: ran.includes(row.id) },
        }));
        // What was still being watched is no longer: the operator went on from it.
        const watched = replaced(id);
        if (watched) versions.put({ ...watched, role: "previous", at: now(), reason: null });
        for (const role of ["replaced", "waiting", "rolled-back"] as const) versions.remove(id, role);
        const role = ran.length > 0 ? "replaced" : "previous";
        versions.put({ ...old, role, at: now(), instances: kept, reason: null, starts: 0 });
        plugins.put({ ...version, id, granted, refused, installedAt: now() });
        for (const [instanceId, config] of configs) instances.setConfig(instanceId, config);
      }),

    trust: (old) =>
      transaction(() => {
        versions.remove(old.id, "replaced");
        versions.put({ ...old, role: "previous" });
      }),

    markFailed(pluginId, reason) {
      const old = replaced(pluginId);
      if (!old || old.reason !== null) return false;
      versions.put({ ...old, reason });
      return true;
    },

    putBack: ({ role: _role, at: _at, starts: _starts, instances: kept, reason, ...version }) =>
      transaction(() => {
        const { granted, refused, ...failed } = installed(version.id);
        plugins.put({ ...version, granted, refused });
        for (const { id, config, subscriptions } of kept) {
          instances.setConfig(id, config);
          instances.setSubscriptions(id, subscriptions);
        }
        versions.remove(version.id, "replaced");
        versions.put({ ...failed, role: "rolled-back", at: now(), instances: [], reason, starts: 0 });
      }),
  };
}
