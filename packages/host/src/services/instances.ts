import { existsSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type PermissionItem, type Permissions, permissionItems } from "@rookery/plugin-sdk/manifest";
import { AppError } from "../errors.ts";
import type { DeliveryTrace } from "../runtime/delivery-trace.ts";
import type { Dispatcher } from "../runtime/dispatcher.ts";
import type { HealthCheck, InstanceHealth } from "../runtime/instance-health.ts";
import type { InstanceLogs, LogLine } from "../runtime/instance-log.ts";
import { type PermissionUses, useOf } from "../runtime/permission-use.ts";
import { includes } from "../runtime/permissions.ts";
import type { Observed, Supervisor } from "../runtime/supervisor.ts";
import type { WebhookState, Webhooks } from "../runtime/webhooks.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { FailedDelivery } from "../store/failed-deliveries.ts";
import type { Inbox } from "../store/inbox.ts";
import type { Store } from "../store/index.ts";
import type { InstanceRow, InstanceStore } from "../store/instances.ts";
import type { Overflow } from "../store/overflows.ts";
import type { Page } from "../store/page.ts";
import type { UseSummary } from "../store/permission-uses.ts";
import type { PluginVersionStore } from "../store/plugin-versions.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";
import { checkFits } from "./config-check.ts";
import { fitSettings, type Settings } from "./config-secrets.ts";
import type { ManagedBy } from "./declared/managed.ts";
import { checkKnown, etagOf, type Known } from "./etag.ts";

export type InstanceView = Omit<InstanceRow, "subscriptions"> & {
  /** Names the state of what can be changed of it. */
  etag: string;
  observed: Observed;
  counts: {
    received: number;
    sent: number;
    failed: number;
    waiting: number;
    skipped: number;
    refused: number;
  };
  overflow: (Overflow & { isFull: boolean }) | null;
  lastAnswerAt: number | null;
  /** What it told of its health. */
  health: HealthCheck[];
  /** `url` is `null` where the host serves no webhooks. */
  webhooks: (WebhookState & { url: string | null })[];
  managed: ManagedBy | null;
};

export interface NewInstance {
  id: string;
  pluginId: string;
  accountId: string;
  config?: Record<string, unknown>;
  enabled?: boolean;
}

/** What is copied of an instance. */
export type AdoptedInstance = Pick<
  InstanceRow,
  "id" | "pluginId" | "accountId" | "config" | "enabled" | "catchUpSeconds" | "withheld" | "rooms"
>;

export interface InstanceChange {
  /** In place of the config of before. A secret that is left out stays; `null` or an empty text removes it. */
  config?: Record<string, unknown>;
  enabled?: boolean;
  /** `null` goes back to the plugin's own. */
  catchUpSeconds?: number | null;
  /** What its plugin is granted and it does not get. */
  withheld?: Permissions;
  /** The rooms in which it may act; `null` for all of its account's. */
  rooms?: string[] | null;
}

/** What whoever sets a config may set of it. */
export interface MayConfigure {
  /** Without, secret settings stay as they are. */
  secrets: boolean;
}

export type InstancePermission = PermissionItem & {
  granted: boolean;
  refused: boolean;
  withheld: boolean;
  used: UseSummary | null;
};

export interface InstanceService {
  list(): InstanceView[];
  /** @throws AppError `NOT_FOUND` (as all below) */
  get(id: string): InstanceView;
  /** @throws AppError `CONFLICT`, `CONFIG_INVALID`, `FORBIDDEN` */
  create(instance: NewInstance, may?: MayConfigure): Promise<InstanceView>;
  /** Whether such an instance can be made. @throws AppError `NOT_FOUND`, `CONFLICT` */
  checkFree(instance: Pick<NewInstance, "id" | "pluginId" | "accountId">): void;
  /**
   * Makes an instance with all that one can have, and moves its data to its place.
   *
   * @param config with its secrets
   * @param folder has its data; `null` for none
   * @param incomplete its secrets are still to be set, so its config need not fit and it is not started
   * @throws AppError `NOT_FOUND`, `CONFLICT`, `CONFIG_INVALID`
   */
  adopt(instance: AdoptedInstance, folder: string | null, incomplete?: boolean): Promise<InstanceView>;
  /** @throws AppError `CONFIG_INVALID`, `FORBIDDEN`, `CHANGED_MEANWHILE`; the config of before stays */
  change(id: string, change: InstanceChange, may?: MayConfigure, known?: Known): Promise<InstanceView>;
  restart(id: string): Promise<InstanceView>;
  /** Stops it and deletes all its data. @throws AppError `CHANGED_MEANWHILE` */
  remove(id: string, known?: Known): Promise<void>;
  /** What its plugin asks for, what of it the instance gets, and what it made of it. */
  permissions(id: string): InstancePermission[];
  /** The newest lines of its log, the newest first. */
  logs(id: string, page: Page): LogLine[];
  /** The operator has taken note of what was refused. */
  dismissOverflow(id: string): InstanceView;
  /** The newest deliveries whose handlers threw, the newest first; they are kept for 7 days. */
  failedDeliveries(id: string, page: Page): FailedDelivery[];
  /** Runs a failed delivery again; what it sends is sent anew. */
  rerun(id: string, deliveryId: number): void;
}

const ALL: MayConfigure = { secrets: true };

export function createInstanceService(options: {
  instances: InstanceStore;
  plugins: PluginStore;
  versions: PluginVersionStore;
  accounts: AccountStore;
  inbox: Inbox;
  overflows: Store["overflows"];
  uses: PermissionUses;
  transaction: Store["transaction"];
  supervisor: Supervisor;
  dispatcher: Dispatcher;
  webhooks: Pick<Webhooks, "list">;
  history: Pick<Store["history"], "lastAnswerAt">;
  /** A webhook's address; `null` where the host serves none. */
  webhookUrl: ((instanceId: string, path: string) => string) | null;
  trace: Pick<DeliveryTrace, "forget" | "dropped">;
  logs: InstanceLogs;
  health: Pick<InstanceHealth, "of">;
  /** The instance's directory. */
  directoryOf: (id: string) => string;
  /** What says how an instance is, in place of people. */
  managedBy?: (id: string) => ManagedBy | null;
}): InstanceService {
  const { instances, plugins, versions, accounts, inbox, overflows, uses, transaction } = options;
  const {
    supervisor,
    dispatcher,
    trace,
    logs,
    health,
    directoryOf,
    webhooks,
    history,
    webhookUrl,
    managedBy = () => null,
  } = options;

  function row(id: string): InstanceRow {
    const found = instances.get(id);
    if (!found) throw new AppError("NOT_FOUND", `There is no instance "${id}".`);
    return found;
  }

  /** @throws AppError `CONFIG_INVALID`, `FORBIDDEN` */
  function settings(id: string, { manifest }: PluginRow, given: Settings, may: MayConfigure): Settings {
    const { fields, ...fitted } = fitSettings(id, manifest, given, instances.secrets);
    checkFits(fields);
    const pointers = Object.keys({ ...given.secrets, ...fitted.secrets });
    const changed = pointers.find((pointer) => fitted.secrets[pointer] !== given.secrets[pointer]);
    if (changed !== undefined && !may.secrets) {
      throw new AppError(
        "FORBIDDEN",
        `${changed} is a secret setting: an admin sets it. Leave it out to keep it as it is.`,
        { fields: [{ path: `/config${changed}`, message: "is for an admin to set" }] },
      );
    }
    return fitted;
  }

  /** @throws AppError `NOT_FOUND`, `CONFLICT` */
  function checkFree({
    id,
    pluginId,
    accountId,
  }: Pick<NewInstance, "id" | "pluginId" | "accountId">): PluginRow {
    const plugin = plugins.get(pluginId);
    if (!plugin) throw new AppError("NOT_FOUND", `There is no plugin ${pluginId}. Upload its bundle first.`);
    if (!accounts.get(accountId)) throw new AppError("NOT_FOUND", `There is no account ${accountId}.`);
    if (instances.get(id))
      throw new AppError("CONFLICT", `There is an instance "${id}" already. Choose another name.`);
    return plugin;
  }

  function checkRow(instance: InstanceRow, known: Known): void {
    checkKnown(known, etag(instance), `The instance "${instance.id}"`);
  }

  function view({ subscriptions: _subscriptions, ...instance }: InstanceRow): InstanceView {
    const { sent, lastAt } = supervisor.stats(instance.id);
    const counts = {
      ...dispatcher.counts(instance.id),
      sent,
      waiting: inbox.count(instance.id),
      skipped: inbox.skipped(instance.id),
      refused: overflows.refused(instance.id),
    };
    const found = overflows.get(instance.id);
    const overflow = found ? { ...found, isFull: overflows.isFull(instance.id) } : null;
    return {
      ...instance,
      etag: etag(instance),
      observed: supervisor.observed(instance.id),
      counts,
      overflow,
      lastAnswerAt: lastAt ?? history.lastAnswerAt(instance.id),
      managed: managedBy(instance.id),
      health: health.of(instance.id),
      webhooks: webhooks
        .list(instance.id)
        .map((webhook) => ({ ...webhook, url: webhookUrl?.(instance.id, webhook.path) ?? null })),
    };
  }

  return {
    list: () => instances.list().map(view),
    get: (id) => view(row(id)),

    async create({ id, pluginId, accountId, config = {}, enabled = true }, may = ALL) {
      const plugin = checkFree({ id, pluginId, accountId });
      const checked = settings(id, plugin, { config, secrets: {} }, may);
      // What a host that died left of a copy is nobody's.
      rmSync(directoryOf(id), { recursive: true, force: true });
      instances.insert({ id, pluginId, accountId, ...checked, enabled, createdAt: Date.now() });
      await supervisor.reconcile(id);
      return view(row(id));
    },

    checkFree,

    async adopt({ catchUpSeconds, withheld, rooms, ...instance }, folder, incomplete = false) {
      const { id, config } = instance;
      const plugin = checkFree(instance);
      const fitted = fitSettings(id, plugin.manifest, { config, secrets: {} }, instances.secrets);
      if (!incomplete) checkFits(fitted.fields);
      const enabled = instance.enabled && fitted.fields.length === 0;
      rmSync(directoryOf(id), { recursive: true, force: true });
      if (folder !== null && existsSync(folder)) renameSync(folder, directoryOf(id));
      try {
        transaction(() => {
          const { config, secrets } = fitted;
          instances.insert({ ...instance, config, secrets, enabled, createdAt: Date.now() });
          instances.setCatchUp(id, catchUpSeconds);
          instances.setWithheld(id, withheld);
          instances.setRooms(id, rooms);
        });
      } catch (error) {
        rmSync(directoryOf(id), { recursive: true, force: true });
        throw error;
      }
      // Else what comes meanwhile would reach it, whatever its rooms are.
      await supervisor.regrant(id);
      return view(row(id));
    },

    async change(id, { config, enabled, catchUpSeconds, withheld, rooms }, may = ALL, known) {
      const instance = row(id);
      checkRow(instance, known);
      const plugin = plugins.get(instance.pluginId);
      if (config !== undefined && plugin) {
        const checked = settings(id, plugin, { config, secrets: instance.secrets }, may);
        instances.setConfig(id, checked.config, checked.secrets);
      }
      if (enabled !== undefined) instances.setEnabled(id, enabled);
      if (catchUpSeconds !== undefined) instances.setCatchUp(id, catchUpSeconds);
      if (withheld !== undefined) instances.setWithheld(id, withheld);
      if (rooms !== undefined) instances.setRooms(id, rooms);
      if (withheld !== undefined || rooms !== undefined) {
        const regranted = supervisor.regrant(id);
        if (rooms) for (const entry of inbox.keepRooms(id, rooms)) trace.dropped(entry, "room-off");
        await regranted;
      }
      // What waits in memory of a room in which it may act no more is forgotten with a restart.
      const needsRestart = config !== undefined || catchUpSeconds !== undefined || rooms !== undefined;
      await (needsRestart ? supervisor.restart(id) : supervisor.reconcile(id));
      return view(row(id));
    },

    async restart(id) {
      row(id);
      await supervisor.restart(id);
      return view(row(id));
    },

    async remove(id, known) {
      const instance = row(id);
      checkRow(instance, known);
      const { pluginId } = instance;
      instances.setEnabled(id, false);
      await supervisor.reconcile(id);
      // Its data first: whoever is killed in between must not leave it to another instance of the same name.
      await rm(directoryOf(id), { recursive: true, force: true });
      versions.forgetInstance(pluginId, id);
      instances.remove(id);
      await supervisor.reconcile(id);
      trace.forget(id);
      logs.remove(id);
    },

    permissions(id) {
      const { pluginId, withheld } = row(id);
      const plugin = plugins.get(pluginId);
      const used = uses.of(id);
      return permissionItems(plugin?.manifest.permissions).map((item) => ({
        ...item,
        granted: includes(plugin?.granted ?? {}, item),
        refused: includes(plugin?.refused ?? {}, item),
        withheld: includes(withheld, item),
        used: useOf(used, item),
      }));
    },

    logs(id, { before = Number.POSITIVE_INFINITY, limit }) {
      row(id);
      const older = logs.lines(id).filter((line) => line.id < before);
      return older.slice(-limit).reverse();
    },

    dismissOverflow(id) {
      row(id);
      overflows.dismiss(id);
      return view(row(id));
    },

    failedDeliveries(id, { before, limit }) {
      row(id);
      return inbox.failed(id, limit, before);
    },

    rerun(id, deliveryId) {
      const { rooms } = row(id);
      const failed = inbox.failed(id, 1_000_000).find((one) => one.id === deliveryId);
      if (failed && rooms && failed.roomId.startsWith("!") && !rooms.includes(failed.roomId)) {
        throw new AppError(
          "CONFLICT",
          `"${id}" may not act in ${failed.roomId} any more. Let it, and try again.`,
        );
      }
      const entry = inbox.rerun(id, deliveryId);
      if (!entry) throw new AppError("NOT_FOUND", `There is no failed delivery ${deliveryId} of "${id}".`);
      dispatcher.arrived([entry]);
    },
  };
}

/** All that `change` can change; an instance made anew under the same name is another. */
function etag({
  createdAt,
  config,
  secrets,
  enabled,
  catchUpSeconds,
  withheld,
  rooms,
}: Omit<InstanceRow, "subscriptions">): string {
  return etagOf({ createdAt, config, secrets, enabled, catchUpSeconds, withheld, rooms });
}
