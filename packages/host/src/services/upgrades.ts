import { AppError, reasonOf } from "../errors.ts";
import type { InstanceLogs } from "../runtime/instance-log.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import type { Turns } from "../runtime/turns.ts";
import type { BundleStore } from "../store/bundles.ts";
import type { InstanceRow, InstanceStore } from "../store/instances.ts";
import type { PluginVersion, PluginVersionStore } from "../store/plugin-versions.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";
import type { SnapshotStore } from "../store/snapshots.ts";
import { fitConfig } from "./config-check.ts";

/** A version that is to take the place of the installed one; `instances` bring configs of their own. */
export type NewVersion = Pick<PluginRow, "version" | "sha256" | "size" | "manifest"> &
  Partial<Pick<PluginVersion, "instances">>;

/**
 * Puts one version of a plugin in the place of another, watches it, and goes back where it does not
 * start or stay well. What is in the registry says at any moment which version may run, on which
 * data: the new one from the transaction that installs it until the one that marks it as failed; the
 * old one before, and after the transaction that puts it back, when its databases are back already.
 */
export interface Upgrades {
  /**
   * Must be called in the plugin's turn. Resolves when the new version was started, however that went.
   *
   * @throws AppError `CONFIG_INVALID`, `SNAPSHOT_FAILED`, `CONFLICT`; the old version goes on
   */
  replace(pluginId: string, next: NewVersion): Promise<void>;
  /** Puts back the version before the one that is being watched, with its databases and configs. */
  goBack(pluginId: string, reason: string): Promise<void>;
  /** An instance crashed: if its plugin is being watched, it goes back. */
  crashed(instanceId: string, reason: string): void;
  /** Why nothing of the plugin may start, or `null`. */
  held(pluginId: string): string | null;
  /** Until when a plugin is watched if nothing happens, in milliseconds since 1970; `null` if it is not. */
  watchedUntil(pluginId: string): number | null;
  /** Removes the bundles of a plugin among these that no version of it needs any more, and its snapshots. */
  tidy(pluginId: string, bundles: Iterable<string>): Promise<void>;
  /** The bundles that a plugin's versions need. */
  bundlesOf(pluginId: string): Set<string>;
  /** Ends what a host that died had begun. To be called before anything runs. */
  recover(): Promise<void>;
  /** No upgrade is judged from here on: what is watched is watched again by the next host. */
  close(): void;
}

export interface UpgradeOptions {
  instances: InstanceStore;
  plugins: PluginStore;
  versions: PluginVersionStore;
  transaction: <T>(write: () => T) => T;
  bundles: BundleStore;
  snapshots: SnapshotStore;
  supervisor: Pick<Supervisor, "whileStopped" | "observed">;
  /** By plugin: installing, granting, going back. */
  turns: Turns;
  logs: InstanceLogs;
  warn: (message: string, error?: unknown) => void;
  /** How long a new version must run before it is trusted. */
  watchMs?: number;
  now?: () => number;
}

const WATCH_MS = 60_000;
const RETRY_MS = 30_000;
/** A version under which the host itself dies again and again is not well. */
const MAX_STARTS = 3;

export function createUpgrades(options: UpgradeOptions): Upgrades {
  const { instances, plugins, versions, transaction, bundles, snapshots, supervisor, turns, logs } = options;
  const { warn, watchMs = WATCH_MS, now = Date.now } = options;
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  const instancesOf = (pluginId: string) => instances.list().filter((row) => row.pluginId === pluginId);
  const watchedOnes = () => versions.list().filter(({ role }) => role === "replaced");
  const replacedOf = (pluginId: string) => versions.get(pluginId, "replaced");

  function installed(pluginId: string): PluginRow {
    const plugin = plugins.get(pluginId);
    if (!plugin) throw new AppError("NOT_FOUND", `There is no plugin ${pluginId}.`);
    return plugin;
  }

  function held(pluginId: string): string | null {
    const old = replacedOf(pluginId);
    return old && old.reason !== null ? `${old.version} is being put back: ${old.reason}` : null;
  }

  function bundlesOf(pluginId: string): Set<string> {
    const kept = versions.list().filter(({ id, role }) => id === pluginId && role !== "rolled-back");
    const current = plugins.get(pluginId);
    return new Set([...kept, ...(current ? [current] : [])].map(({ sha256 }) => sha256));
  }

  async function tidy(pluginId: string, candidates: Iterable<string>): Promise<void> {
    try {
      const needed = bundlesOf(pluginId);
      for (const sha256 of candidates) if (!needed.has(sha256)) bundles.remove(sha256);
      await snapshots.keepOnly(pluginId, replacedOf(pluginId)?.sha256);
    } catch (error) {
      warn(`What ${pluginId} no longer needs could not be removed; the next start tries again.`, error);
    }
  }

  /** Each instance's config as the new version would have it. */
  function fitted(
    from: PluginRow,
    next: NewVersion,
    rows: InstanceRow[],
  ): Map<string, InstanceRow["config"]> {
    const saved = new Map(next.instances?.map(({ id, config }) => [id, config]));
    const configs = new Map<string, InstanceRow["config"]>();
    const wrong = rows.flatMap((row) => {
      const { config, fields } = fitConfig(next.manifest, saved.get(row.id) ?? row.config);
      configs.set(row.id, config);
      return fields.map(({ path, message }) => ({ path: `/instances/${row.id}${path}`, message }));
    });
    const [first] = wrong;
    if (!first) return configs;
    const text = `Version ${next.version} does not take the config that is there: ${first.path} ${first.message}. Version ${from.version} goes on.`;
    throw new AppError("CONFIG_INVALID", text, { fields: wrong });
  }

  async function snapshot(from: PluginRow): Promise<void> {
    try {
      const ids = instancesOf(from.id).map(({ id }) => id);
      await snapshots.take(from.id, from.sha256, ids);
    } catch (cause) {
      const text = `The data of ${from.id} could not be copied, so version ${from.version} goes on: ${reasonOf(cause)}`;
      throw new AppError("SNAPSHOT_FAILED", text, { cause });
    }
  }

  /** @param ran the instances that ran; without any there is nothing to watch */
  function install(from: PluginRow, next: NewVersion, ran: string[]): void {
    const { id } = from;
    const { instances: _saved, ...version } = next;
    const rows = instancesOf(id);
    const configs = fitted(from, next, rows);
    const { granted, ...old } = installed(id);
    const kept = rows.map((row) => ({
      id: row.id,
      config: row.config,
      subscriptions: row.subscriptions,
      ran: ran.includes(row.id),
    }));
    const past = { ...old, at: now(), instances: kept, reason: null, starts: 0 };
    // What was still being watched is no longer: the operator went on from it.
    const before = replacedOf(id);
    if (before) versions.put({ ...before, role: "previous", at: now(), reason: null });
    versions.remove(id, "replaced");
    versions.put({ ...past, role: ran.length > 0 ? "replaced" : "previous" });
    versions.remove(id, "waiting");
    versions.remove(id, "rolled-back");
    plugins.put({ ...version, id, granted, installedAt: now() });
    for (const [instanceId, config] of configs) instances.setConfig(instanceId, config);
  }

  function watch(pluginId: string, delayMs = watchMs): void {
    clearTimeout(timers.get(pluginId));
    if (closed) return;
    const judged = () => turns.take(pluginId, () => judge(pluginId));
    timers.set(pluginId, setTimeout(() => judged().catch(failed(pluginId)), delayMs).unref());
  }

  const failed = (pluginId: string) => (error: unknown) =>
    warn(`The upgrade of ${pluginId} did not come to its end; the next start goes on with it.`, error);

  function watchedUntil(pluginId: string): number | null {
    const old = replacedOf(pluginId);
    if (!old || old.reason !== null) return null;
    const since = old.instances
      .filter(({ id, ran }) => ran && instances.get(id)?.enabled)
      .map(({ id }) => supervisor.observed(id))
      .filter(({ status }) => status === "running" || status === "starting");
    return Math.max(old.at, ...since.map((observed) => observed.since)) + watchMs;
  }

  /** Trusts the new version once all that ran before has run on it for long enough. */
  async function judge(pluginId: string): Promise<void> {
    const until = watchedUntil(pluginId);
    const old = replacedOf(pluginId);
    if (until === null || !old || closed) return;
    if (until > now()) {
      watch(pluginId, until - now());
      return;
    }
    const before = bundlesOf(pluginId);
    transaction(() => {
      versions.remove(pluginId, "replaced");
      versions.put({ ...old, role: "previous" });
    });
    await tidy(pluginId, before);
  }

  /** Begins to go back; nothing of the plugin starts from here on until it is there. */
  function mark(pluginId: string, reason: string): boolean {
    const old = replacedOf(pluginId);
    if (!old || old.reason !== null) return false;
    clearTimeout(timers.get(pluginId));
    versions.put({ ...old, reason });
    return true;
  }

  async function restore({ role: _role, ...old }: PluginVersion): Promise<void> {
    const ids = old.instances.map(({ id }) => id).filter((id) => instances.get(id));
    await snapshots.restore(old.id, old.sha256, ids);
    const { at: _at, instances: kept, reason, starts: _starts, ...version } = old;
    transaction(() => {
      const { granted, ...failed } = installed(old.id);
      plugins.put({ ...version, granted });
      for (const { id, config, subscriptions } of kept) {
        instances.setConfig(id, config);
        instances.setSubscriptions(id, subscriptions);
      }
      versions.remove(old.id, "replaced");
      versions.put({ ...failed, role: "rolled-back", at: now(), instances: [], reason, starts: 0 });
    });
  }

  /** @param holding runs the work while nothing of the plugin runs */
  async function putBack(pluginId: string, holding: (work: () => Promise<void>) => Promise<void>) {
    const old = replacedOf(pluginId);
    if (!old || old.reason === null) return;
    const { version } = installed(pluginId);
    const before = bundlesOf(pluginId);
    try {
      await holding(() => restore(old));
    } catch (error) {
      const again = () => turns.take(pluginId, () => putBack(pluginId, whileStopped(pluginId)));
      if (!closed) timers.set(pluginId, setTimeout(() => again().catch(failed(pluginId)), RETRY_MS).unref());
      warn(`${pluginId} ${old.version} could not be put back yet: ${reasonOf(error)}`, error);
      return;
    }
    const message = `Version ${version} was rolled back to ${old.version}: ${old.reason}`;
    warn(`${pluginId}: ${message}`);
    for (const { id } of old.instances) if (instances.get(id)) logs.add(id, { level: "warn", message });
    await tidy(pluginId, before);
  }

  const whileStopped = (pluginId: string) => (work: () => Promise<void>) =>
    supervisor.whileStopped(pluginId, work);

  async function goBack(pluginId: string, reason: string): Promise<void> {
    if (!mark(pluginId, reason)) return;
    await turns.take(pluginId, () => putBack(pluginId, whileStopped(pluginId)));
  }

  return {
    held,
    watchedUntil,
    tidy,
    bundlesOf,
    goBack,

    async replace(pluginId, next) {
      const from = installed(pluginId);
      const reason = held(pluginId);
      if (reason !== null) throw new AppError("CONFLICT", `${pluginId} waits: ${reason} Try again then.`);
      // What does not fit is refused before anything is stopped.
      fitted(from, next, instancesOf(pluginId));
      const before = bundlesOf(pluginId);
      await supervisor.whileStopped(pluginId, async (ran) => {
        if (ran.length > 0) await snapshot(from);
        transaction(() => install(from, next, ran));
      });
      await tidy(pluginId, before);
      if (held(pluginId) === null) watch(pluginId);
    },

    crashed(instanceId, reason) {
      const pluginId = instances.get(instanceId)?.pluginId;
      if (closed || pluginId === undefined) return;
      const watched = replacedOf(pluginId)?.instances.some(({ id, ran }) => ran && id === instanceId);
      if (watched) goBack(pluginId, reason).catch(failed(pluginId));
    },

    async recover() {
      try {
        for (const old of watchedOnes()) {
          const starts = old.starts + 1;
          versions.put({ ...old, starts });
          if (old.reason === null && starts < MAX_STARTS) watch(old.id);
          else mark(old.id, `Rookery itself ended ${starts} times while it was watched.`);
          await putBack(old.id, (work) => work());
        }
        await snapshots.sweep(new Map(watchedOnes().map(({ id, sha256 }) => [id, sha256])));
        bundles.sweep(new Set(plugins.list().flatMap(({ id }) => [...bundlesOf(id)])));
      } catch (error) {
        warn("What upgrades left behind could not be brought to its end; the next start tries again.", error);
      }
    },

    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      try {
        for (const old of watchedOnes()) if (old.starts > 0) versions.put({ ...old, starts: 0 });
      } catch (error) {
        warn("That Rookery was stopped as it should be could not be noted.", error);
      }
    },
  };
}
