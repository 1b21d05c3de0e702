import { type Permissions, permissionItems, permissionsOf } from "@rookery/plugin-sdk/manifest";
import type { Bundle } from "../bundle/index.ts";
import { AppError } from "../errors.ts";
import type { PermissionUses } from "../runtime/permission-use.ts";
import { includes, missingPermissions } from "../runtime/permissions.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import type { Turns } from "../runtime/turns.ts";
import type { BundleStore } from "../store/bundles.ts";
import type { InstanceStore } from "../store/instances.ts";
import type { UseSummary } from "../store/permission-uses.ts";
import type { PluginVersion, PluginVersionStore } from "../store/plugin-versions.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";
import type { ManagedBy } from "./declared/managed.ts";
import { checkKnown, etagOf, type Known } from "./etag.ts";
import { changesSigner, type Signature, type Trust } from "./trust.ts";
import type { Upgrades } from "./upgrades.ts";
import type { NewVersion } from "./version-steps.ts";

export type PluginView = PluginRow & {
  /** Names the state of what can be changed of it: its versions and what it is granted. */
  etag: string;
  uses: UseSummary[];
  signature: Signature;
  missing: Permissions;
  instances: string[];
  /** A version that wants more than is granted, or comes from another signer than the installed one. */
  waiting: (PluginVersion & { signature: Signature; missing: Permissions; newSigner: boolean }) | null;
  /** Until when the installed version is watched, in milliseconds since 1970. */
  watchedUntil: number | null;
  /** The version to go back to; with the databases as they were, as long as the installed one is watched. */
  previous: (PluginVersion & { signature: Signature; databases: boolean }) | null;
  rolledBack: PluginVersion | null;
  managed: ManagedBy | null;
};

/** What changes an installed plugin takes the tags of what its caller knows, and throws `CHANGED_MEANWHILE`. */
export interface PluginService {
  list(): PluginView[];
  /** @throws AppError `NOT_FOUND` */
  get(id: string): PluginView;
  /**
   * Installs a bundle, or puts it in the place of another version, which comes back if the new one
   * does not start or stay well. Grants of before stay; a version that asks for more waits for the
   * operator while the old one goes on, and so does one that the signer of the installed one did not
   * sign. What is installed already changes nothing.
   *
   * @param configs what instances get in place of their configs, by ID; their secrets stay
   * @param judge is told whose bundle it is, and throws where that is not to be installed
   * @throws AppError with a `BUNDLE_…` code, `CONFIG_INVALID`, `SNAPSHOT_FAILED`, `PLUGIN_START_FAILED`
   */
  install(
    bytes: Buffer,
    configs?: ReadonlyMap<string, Record<string, unknown>>,
    judge?: (id: string) => void,
  ): Promise<{ plugin: PluginView; replaced: boolean }>;
  /**
   * Sets what a plugin may do. What it could before and now cannot is refused: it goes on without, at
   * once. A version that waited for just that takes its place.
   *
   * @param more what it is to go on without, too, though it asks for it
   * @throws AppError `NOT_FOUND`, and as `install`
   */
  grant(id: string, granted: Permissions, more?: Permissions, known?: Known): Promise<PluginView>;
  /**
   * The operator's word for the version that waits, whoever signed it: it takes its place.
   *
   * @param sha256 of the version that the operator saw
   * @throws AppError `NOT_FOUND`; `CONFLICT` where another one waits, or it wants more than is granted; and as `install`
   */
  accept(id: string, sha256: string, known?: Known): Promise<PluginView>;
  /** Forgets the version that waits, and the notice of one that was rolled back. @throws AppError `NOT_FOUND` */
  dismiss(id: string, known?: Known): Promise<PluginView>;
  /** Goes back to the previous version and its configs. @throws AppError `NOT_FOUND`, and as `install` */
  rollBack(id: string, known?: Known): Promise<PluginView>;
  /** @throws AppError `NOT_FOUND`, `IN_USE` */
  uninstall(id: string, known?: Known): Promise<void>;
}

export function createPluginService(options: {
  plugins: PluginStore;
  instances: InstanceStore;
  versions: PluginVersionStore;
  bundles: BundleStore;
  uses: Pick<PermissionUses, "ofPlugin">;
  supervisor: Pick<Supervisor, "regrant">;
  upgrades: Upgrades;
  turns: Turns;
  trust: Trust;
  read: (bytes: Buffer) => Bundle | Promise<Bundle>;
  /** What says how a plugin is, in place of people. */
  managedBy?: (id: string) => ManagedBy | null;
}): PluginService {
  const { plugins, instances, versions, bundles, uses, supervisor, upgrades, turns, trust, read } = options;
  const { managedBy = () => null } = options;

  const usedBy = (id: string) =>
    instances
      .list()
      .filter((instance) => instance.pluginId === id)
      .map((instance) => instance.id);

  type Decided = Pick<PluginRow, "granted" | "refused">;
  const missingOf = ({ manifest }: Pick<PluginRow, "manifest">, { granted, refused }: Decided) =>
    missingPermissions(manifest.permissions, granted, refused);
  const isDecided = (version: Pick<PluginRow, "manifest">, decided: Decided) =>
    Object.keys(missingOf(version, decided)).length === 0;

  function view(plugin: PluginRow): PluginView {
    const { id } = plugin;
    const waiting = versions.get(id, "waiting");
    const replaced = versions.get(id, "replaced");
    const previous = replaced ?? versions.get(id, "previous");
    const rolledBack = versions.get(id, "rolled-back") ?? null;
    return {
      ...plugin,
      etag: etagOf({
        ...{ installedAt: plugin.installedAt, sha256: plugin.sha256 },
        ...{ granted: plugin.granted, refused: plugin.refused },
        others: [waiting, previous, rolledBack].map((version) => version?.sha256 ?? null),
      }),
      signature: trust.signatureOf(plugin),
      uses: uses.ofPlugin(id),
      missing: missingOf(plugin, plugin),
      instances: usedBy(id),
      waiting: waiting
        ? {
            ...{ ...waiting, signature: trust.signatureOf(waiting), missing: missingOf(waiting, plugin) },
            newSigner: changesSigner(plugin, waiting),
          }
        : null,
      watchedUntil: upgrades.watchedUntil(id),
      previous: previous
        ? { ...previous, signature: trust.signatureOf(previous), databases: previous === replaced }
        : null,
      rolledBack,
      managed: managedBy(id),
    };
  }

  function get(id: string): PluginRow {
    const plugin = plugins.get(id);
    if (!plugin) throw new AppError("NOT_FOUND", `There is no plugin ${id}.`);
    return plugin;
  }

  /** In the plugin's turn, so that nothing changes it in between. */
  function known(id: string, tags: Known): PluginRow {
    const plugin = get(id);
    if (tags) checkKnown(tags, view(plugin).etag, `The plugin ${id}`);
    return plugin;
  }

  /**
   * Puts a version in the place of the installed one, at once or when the operator decided.
   *
   * @param known it was installed before, so its signer is nothing new
   */
  async function upgrade(current: PluginRow, next: NewVersion, known: boolean): Promise<void> {
    const { id } = current;
    // Where the installed version is blocked itself, nothing goes on while the new one waits.
    const asks = !isDecided(next, current) && isDecided(current, current);
    if (!asks && (known || !changesSigner(current, next))) return upgrades.replace(id, next);
    const before = upgrades.bundlesOf(id);
    const at = Date.now();
    versions.put({
      instances: [],
      ...next,
      id,
      role: "waiting",
      installedAt: at,
      at,
      reason: null,
      starts: 0,
    });
    await upgrades.tidy(id, before);
  }

  /** The version that waited takes the place of the installed one. */
  async function takePlace({ id, instances: saved, ...waiting }: PluginVersion): Promise<void> {
    trust.check(waiting);
    const { version, sha256, size, manifest, signer } = waiting;
    const next = { version, sha256, size, manifest, signer };
    await upgrades.replace(id, saved.length > 0 ? { ...next, instances: saved } : next);
  }

  /** What became of an upgrade, once a way back that began at its start has ended. */
  async function outcome(id: string, next: Pick<NewVersion, "version" | "sha256">): Promise<PluginView> {
    await turns.idle(id);
    const plugin = get(id);
    const rolledBack = versions.get(id, "rolled-back");
    const reason =
      rolledBack?.sha256 === next.sha256 ? rolledBack.reason : versions.get(id, "replaced")?.reason;
    if (reason === undefined || reason === null) return view(plugin);
    const text = `Version ${next.version} did not stay well, so the one before goes on: ${reason}`;
    throw new AppError("PLUGIN_START_FAILED", text);
  }

  return {
    list: () => plugins.list().map(view),
    get: (id) => view(get(id)),

    async install(bytes, configs = new Map(), judge = () => undefined) {
      const { manifest, sha256, size, signer } = await read(bytes);
      const { id, version } = manifest;
      judge(id);
      const next = { version, sha256, size, manifest, signer };
      const brought = instances.list().flatMap(({ id, secrets }) => {
        const config = configs.get(id);
        return config === undefined ? [] : [{ id, config, secrets, subscriptions: null, ran: false }];
      });
      trust.check(next);
      const replaced = await turns.take(id, async () => {
        const current = plugins.get(id);
        if (current?.sha256 === sha256 || versions.get(id, "waiting")?.sha256 === sha256) return true;
        bundles.write(sha256, bytes);
        if (!current) {
          plugins.put({ ...next, id, granted: {}, installedAt: Date.now() });
          return false;
        }
        try {
          await upgrade(current, brought.length > 0 ? { ...next, instances: brought } : next, false);
        } catch (error) {
          await upgrades.tidy(id, [sha256]);
          throw error;
        }
        return true;
      });
      return { plugin: await outcome(id, next), replaced };
    },

    async grant(id, granted, more = {}, tags) {
      const next = await turns.take(id, async () => {
        const before = known(id, tags);
        const plugin = { ...before, granted, refused: refusedAfter(before, granted, more) };
        plugins.put(plugin);
        const waiting = versions.get(id, "waiting");
        if (waiting && isDecided(waiting, plugin) && !changesSigner(plugin, waiting)) {
          await takePlace(waiting);
          return waiting;
        }
        await Promise.all(usedBy(id).map((instance) => supervisor.regrant(instance)));
        return plugin;
      });
      return outcome(id, next);
    },

    async accept(id, sha256, tags) {
      const next = await turns.take(id, async () => {
        const plugin = known(id, tags);
        const waiting = versions.get(id, "waiting");
        if (!waiting) throw new AppError("NOT_FOUND", `No upgrade of ${id} waits.`);
        if (waiting.sha256 !== sha256) {
          const text = `Another bundle of ${id} waits by now (${waiting.version}, SHA-256 ${waiting.sha256}). Look at it before you accept it.`;
          throw new AppError("CONFLICT", text);
        }
        if (!isDecided(waiting, plugin)) {
          const text = `${id} ${waiting.version} asks for more than is granted. Grant that first.`;
          throw new AppError("CONFLICT", text);
        }
        await takePlace(waiting);
        return waiting;
      });
      return outcome(id, next);
    },

    dismiss: (id, tags) =>
      turns.take(id, async () => {
        known(id, tags);
        if (!versions.get(id, "waiting") && !versions.get(id, "rolled-back")) {
          throw new AppError("NOT_FOUND", `No upgrade of ${id} waits, and none was rolled back.`);
        }
        const before = upgrades.bundlesOf(id);
        versions.remove(id, "waiting");
        versions.remove(id, "rolled-back");
        await upgrades.tidy(id, before);
        return view(get(id));
      }),

    async rollBack(id, tags) {
      const { version, sha256 } = known(id, tags);
      const before = versions.get(id, "replaced") ?? versions.get(id, "previous");
      if (before) trust.check(before);
      if (upgrades.watchedUntil(id) !== null) {
        await upgrades.goBack(id, `You went back from ${version}.`);
        // Nobody needs to be told of what they asked for.
        if (versions.get(id, "rolled-back")?.sha256 === sha256) versions.remove(id, "rolled-back");
        return view(get(id));
      }
      const next = await turns.take(id, async () => {
        known(id, tags);
        const previous = versions.get(id, "previous");
        if (!previous) throw new AppError("NOT_FOUND", `No earlier version of ${id} is kept.`);
        const { role: _role, at: _at, reason: _reason, starts: _starts, id: _id, ...target } = previous;
        await upgrade(get(id), target, true);
        return previous;
      });
      return outcome(id, next);
    },

    uninstall: (id, tags) =>
      turns.take(id, async () => {
        known(id, tags);
        const using = usedBy(id);
        if (using.length > 0) {
          throw new AppError("IN_USE", `${id} is used by ${using.join(", ")}. Delete those instances first.`);
        }
        const before = upgrades.bundlesOf(id);
        plugins.remove(id);
        await upgrades.tidy(id, before);
      }),
  };
}

/** What a plugin goes on without: what it did before, what was taken back now, and what else is named. */
function refusedAfter(
  before: Pick<PluginRow, "granted" | "refused">,
  granted: Permissions,
  more: Permissions,
): Permissions {
  const known = [before.refused, before.granted, more].flatMap(permissionItems);
  const byName = new Map(known.map((item) => [`${item.permission} ${item.value}`, item]));
  return permissionsOf([...byName.values()].filter((item) => !includes(granted, item)));
}
