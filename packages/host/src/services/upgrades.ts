import { AppError, reasonOf } from "../errors.ts";
import type { InstanceLogs } from "../runtime/instance-log.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import type { Turns } from "../runtime/turns.ts";
import type { BundleStore } from "../store/bundles.ts";
import type { Store } from "../store/index.ts";
import type { SnapshotStore } from "../store/snapshots.ts";
import { createVersionSteps, type NewVersion } from "./version-steps.ts";

/**
 * Puts one version of a plugin in the place of another, watches it, and goes back where it does not
 * start or stay well. The registry says at any moment which version may run on which data
 * (`version-steps.ts`), so that a host that was killed goes on, or back, and never with a mixture.
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
  /** The bundles that a plugin's versions need. */
  bundlesOf(pluginId: string): Set<string>;
  /** Removes those of these bundles that the plugin no longer needs, and its old snapshots. */
  tidy(pluginId: string, bundles: Iterable<string>): Promise<void>;
  /** Goes on with what a host that died had begun. To be called before anything runs. */
  recover(): Promise<void>;
  /** No upgrade is judged from here on: what is watched is watched again by the next host. */
  close(): void;
}

export interface UpgradeOptions extends Pick<Store, "instances" | "plugins" | "versions" | "transaction"> {
  bundles: BundleStore;
  snapshots: SnapshotStore;
  supervisor: Pick<Supervisor, "whileStopped" | "observed">;
  /** By plugin: installing, granting, going back. */
  turns: Turns;
  logs: InstanceLogs;
  warn: (message: string, error?: unknown) => void;
  /** How long a new version must run before it is trusted. */
  watchMs?: number;
  /** When it is tried again to put an old version back. */
  retryMs?: number;
  now?: () => number;
}

/** A version under which the host itself dies so often is not well. */
const MAX_STARTS = 3;

export function createUpgrades(options: UpgradeOptions): Upgrades {
  const { instances, plugins, versions, bundles, snapshots, supervisor, turns, logs, warn } = options;
  const { watchMs = 60_000, retryMs = 30_000, now = Date.now } = options;
  const steps = createVersionSteps({ ...options, now });
  const { installed, replaced, bundlesOf } = steps;
  /** One for each plugin: to judge it, or to try again to put it back. */
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  function later(pluginId: string, delayMs: number, work: () => Promise<void>): void {
    clearTimeout(timers.get(pluginId));
    if (closed) return;
    const run = () => void turns.take(pluginId, work).catch(unfinished(pluginId));
    timers.set(pluginId, setTimeout(run, delayMs).unref());
  }

  const unfinished = (pluginId: string) => (error: unknown) =>
    warn(`The upgrade of ${pluginId} did not come to its end; the next start goes on with it.`, error);

  function held(pluginId: string): string | null {
    const old = replaced(pluginId);
    return old && old.reason !== null ? `Version ${old.version} is being put back: ${old.reason}` : null;
  }

  async function tidy(pluginId: string, candidates: Iterable<string>): Promise<void> {
    try {
      const needed = bundlesOf(pluginId);
      for (const sha256 of candidates) if (!needed.has(sha256)) bundles.remove(sha256);
      await snapshots.keepOnly(pluginId, replaced(pluginId)?.sha256);
    } catch (error) {
      warn(`What ${pluginId} no longer needs could not be removed; the next start tries again.`, error);
    }
  }

  async function takeSnapshot(pluginId: string): Promise<void> {
    const { version, sha256 } = installed(pluginId);
    try {
      const ids = steps.instancesOf(pluginId).map(({ id }) => id);
      await snapshots.take(pluginId, sha256, ids);
    } catch (cause) {
      const text = `The data of ${pluginId} could not be copied, so version ${version} goes on: ${reasonOf(cause)}`;
      throw new AppError("SNAPSHOT_FAILED", text, { cause });
    }
  }

  function watchedUntil(pluginId: string): number | null {
    const old = replaced(pluginId);
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
    const old = replaced(pluginId);
    if (until === null || !old || closed) return;
    if (until > now()) {
      later(pluginId, until - now(), () => judge(pluginId));
      return;
    }
    const before = bundlesOf(pluginId);
    steps.trust(old);
    await tidy(pluginId, before);
  }

  /** @param alone runs the work while nothing of the plugin runs */
  async function putBack(pluginId: string, alone: (work: () => Promise<void>) => Promise<void>) {
    const old = replaced(pluginId);
    if (!old || old.reason === null) return;
    const { version } = installed(pluginId);
    const before = bundlesOf(pluginId);
    const present = old.instances.map(({ id }) => id).filter((id) => instances.get(id));
    try {
      await alone(async () => {
        await snapshots.restore(pluginId, old.sha256, present);
        steps.putBack(old);
      });
    } catch (error) {
      later(pluginId, retryMs, () => putBack(pluginId, whileStopped(pluginId)));
      warn(`${pluginId} ${old.version} could not be put back yet: ${reasonOf(error)}`, error);
      return;
    }
    const message = `Version ${version} was rolled back to ${old.version}: ${old.reason}`;
    warn(`${pluginId}: ${message}`);
    for (const id of present) logs.add(id, { level: "warn", message });
    await tidy(pluginId, before);
  }

  const whileStopped = (pluginId: string) => (work: () => Promise<void>) =>
    supervisor.whileStopped(pluginId, work);

  async function goBack(pluginId: string, reason: string): Promise<void> {
    if (!steps.markFailed(pluginId, reason)) return;
    await turns.take(pluginId, () => putBack(pluginId, whileStopped(pluginId)));
  }

  return {
    held,
    watchedUntil,
    bundlesOf,
    tidy,
    goBack,

    async replace(pluginId, next) {
      const reason = held(pluginId);
      if (reason !== null) throw new AppError("CONFLICT", `${pluginId} cannot be upgraded now. ${reason}`);
      // What does not fit is refused before anything is stopped.
      steps.checkConfigs(pluginId, next);
      const before = bundlesOf(pluginId);
      await supervisor.whileStopped(pluginId, async (ran) => {
        if (ran.length > 0) await takeSnapshot(pluginId);
        steps.install(pluginId, next, ran);
      });
      await tidy(pluginId, before);
      later(pluginId, watchMs, () => judge(pluginId));
    },

    crashed(instanceId, reason) {
      const pluginId = instances.get(instanceId)?.pluginId;
      if (closed || pluginId === undefined) return;
      const watched = replaced(pluginId)?.instances.some(({ id, ran }) => ran && id === instanceId);
      if (watched) goBack(pluginId, reason).catch(unfinished(pluginId));
    },

    async recover() {
      try {
        for (const old of steps.allReplaced()) {
          const starts = old.starts + 1;
          versions.put({ ...old, starts });
          if (starts < MAX_STARTS) later(old.id, watchMs, () => judge(old.id));
          else steps.markFailed(old.id, `Rookery itself ended ${starts} times while it was watched.`);
          await putBack(old.id, (work) => work());
        }
        await snapshots.sweep(new Map(steps.allReplaced().map(({ id, sha256 }) => [id, sha256])));
        bundles.sweep(new Set(plugins.list().flatMap(({ id }) => [...bundlesOf(id)])));
      } catch (error) {
        warn("What upgrades left behind could not be brought to its end; the next start tries again.", error);
      }
    },

    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      try {
        for (const old of steps.allReplaced()) if (old.starts > 0) versions.put({ ...old, starts: 0 });
      } catch (error) {
        warn("That Rookery was stopped as it should be could not be noted.", error);
      }
    },
  };
}
