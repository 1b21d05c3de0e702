import type { Permissions } from "@rookery/plugin-sdk/manifest";
import {
  type Calling,
  type ErrorData,
  hasOwnRoom,
  type Subscriptions,
  webhookOf,
} from "@rookery/plugin-sdk/protocol";
import { AppError, reasonOf } from "../errors.ts";
import type { InstanceRow, InstanceStore } from "../store/instances.ts";
import type { PluginRow, PluginStore } from "../store/plugins.ts";
import { type Backoff, createBackoff } from "./backoff.ts";
import { catchUpMs } from "./catch-up.ts";
import type { Dispatcher, Runner } from "./dispatcher.ts";
import type { InstanceLogs } from "./instance-log.ts";
import type { InstanceScope } from "./instance-scope.ts";
import {
  allOf,
  describePermissions,
  effectivePermissions,
  grantedTo,
  missingPermissions,
} from "./permissions.ts";
import { type PluginWorker, type PluginWorkerOptions, startPluginWorker } from "./plugin-worker.ts";
import type { WriteStats } from "./room-writer.ts";
import type { Schedules } from "./schedules.ts";
import type { OpenScope } from "./scopes.ts";
import type { SubscriptionTable } from "./subscriptions.ts";
import { createTurns } from "./turns.ts";
import { readSubscriptions } from "./wanted-subscriptions.ts";
import type { Webhooks } from "./webhooks.ts";
import { workerKeyOf } from "./worker-key.ts";
import type { WorkerEnd } from "./worker-process.ts";
import { createWorkerTally, type WorkerFigures } from "./worker-tally.ts";

export type InstanceStatus = "stopped" | "starting" | "running" | "stopping" | "crashed" | "blocked";

/** What is observed of an instance. */
export interface Observed {
  status: InstanceStatus;
  reason: string | null;
  since: number;
}

/** Keeps what runs equal to what is enabled. */
export interface Supervisor {
  /** Makes one instance what the registry wants it to be. Never rejects: what went wrong is its status. */
  reconcile(instanceId: string): Promise<void>;
  /**
   * Gives one instance what it is granted now, and in which rooms. What was taken back is gone when
   * this returns; what is new to it since it started needs the restart that it gets.
   */
  regrant(instanceId: string): Promise<void>;
  /** Stops it, if it runs, and makes it what the registry wants it to be. */
  restart(instanceId: string): Promise<void>;
  /**
   * Stops all instances of a plugin (running handlers get until the deadline), does the work while
   * nothing of the plugin runs, and makes the instances what the registry wants then.
   *
   * @param work is told which instances ran; what it throws is thrown here, when the instances are seen to
   */
  whileStopped(pluginId: string, work: (ran: string[]) => Promise<void>): Promise<void>;
  observed(instanceId: string): Observed;
  /** A handler failed: its error goes to the instance's log, its stack pointed at the author's sources. */
  failed(instanceId: string, eventId: string, error: ErrorData): ErrorData;
  /** What an instance wrote since the host began. */
  stats(instanceId: string): Readonly<WriteStats>;
  /** What the plugins' workers use, and how they ended. */
  workers(): WorkerFigures[];
  /** Ends everything: running handlers get until the deadline. */
  stopAll(deadlineMs: number): Promise<void>;
}

export interface SupervisorOptions {
  instances: InstanceStore;
  plugins: PluginStore;
  dispatcher: Dispatcher;
  subscriptions: SubscriptionTable;
  schedules: Schedules;
  webhooks: Webhooks;
  logs: InstanceLogs;
  worker: PluginWorkerOptions;
  /** The plugin's code, from its bundle. */
  readCode: (plugin: PluginRow) => Promise<string>;
  /** Makes what an instance reaches of the host; `dispose` ends it. */
  openScope: (
    instance: InstanceRow,
    granted: InstanceScope["granted"],
    workerKey: string,
    stats: WriteStats,
  ) => OpenScope;
  /** Why an account cannot be used, or `null`; `isGone`: its login is, and handlers could only wait for it. */
  accountBlocked: (accountId: string) => { reason: string; isGone: boolean } | null;
  /** How an account's bots are called; by `!` unless told. */
  calling?: (accountId: string) => Calling | undefined;
  /** Why nothing of a plugin may start now, or `null`. */
  pluginHeld?: (plugin: PluginRow) => string | null;
  /** An instance crashed, or did not start. */
  onCrashed?: (instanceId: string, reason: string) => void;
  /** An instance is observed to be something else; `null`: it is gone. */
  onObserved?: (instanceId: string, observed: Observed | null) => void;
  /** How long running handlers get where an instance stops; 10 s unless told. */
  stopDeadlineMs?: number;
  /** When what crashed is started again. */
  backoff?: Backoff;
  /** The display name of an event's sender. */
  senderName: (
    instance: InstanceRow,
    roomId: string,
    userId: string,
  ) => string | null | Promise<string | null>;
}

interface Running extends OpenScope {
  worker: PluginWorker;
  startedWith: Permissions;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { instances, plugins, dispatcher, subscriptions, schedules, webhooks, logs } = options;
  const { backoff = createBackoff(), stopDeadlineMs = 10_000 } = options;
  const observed = new Map<string, Observed>();
  const running = new Map<string, Running>();
  /** By their keys (`worker-key.ts`). */
  const workers = new Map<string, PluginWorker>();
  const restarts = new Map<string, NodeJS.Timeout>();
  /** What crashed and may still hold its files; neither its successor nor who copies them may meet it. */
  const tidying = new Map<string, Promise<void>>();
  /** Kept across an instance's stops. */
  const written = new Map<string, WriteStats>();
  const tally = createWorkerTally(
    (pluginId, instanceId) =>
      plugins.get(pluginId) !== undefined && (instanceId === null || instances.get(instanceId) !== undefined),
  );
  /** Changes to the instances of one plugin go one after another, since they share its worker. */
  const turns = createTurns();
  let stopping = false;

  function observe(id: string, status: InstanceStatus, reason: string | null = null): void {
    const before = observed.get(id);
    const now = { status, reason, since: Date.now() };
    observed.set(id, now);
    subscriptions.setRunning(id, status === "running");
    if (before?.status !== status || before.reason !== reason) options.onObserved?.(id, now);
  }

  async function reconcileNow(id: string): Promise<void> {
    clearTimeout(restarts.get(id));
    const row = instances.get(id);
    if (!row) {
      await stop(id);
      observed.delete(id);
      options.onObserved?.(id, null);
      subscriptions.remove(id);
      subscriptions.limit(id, null);
      webhooks.forget(id);
      dispatcher.forget(id);
      written.delete(id);
      return;
    }
    if (!row.enabled || stopping) {
      if (!row.enabled) webhooks.close(id);
      await stop(id);
      if (!row.enabled) {
        subscriptions.remove(id);
        schedules.forget(id);
      }
      return;
    }
    const plugin = plugins.get(row.pluginId);
    if (!plugin) throw new Error(`The plugin ${row.pluginId} of ${id} is not installed.`);
    const held = options.pluginHeld?.(plugin) ?? null;
    if (held !== null) {
      await stop(id, 0);
      observe(id, "blocked", held);
      return;
    }
    const missing = missingPermissions(plugin.manifest.permissions, plugin.granted, plugin.refused);
    if (Object.keys(missing).length > 0) {
      webhooks.close(id);
      await stop(id);
      observe(
        id,
        "blocked",
        `It waits for you to grant what its plugin asks for: ${describePermissions(missing)}.`,
      );
      return;
    }
    const blocked = options.accountBlocked(row.accountId);
    if (blocked !== null) {
      // Handlers that wait for a login that is gone: their deliveries run again with the next one.
      await stop(id, blocked.isGone ? 0 : stopDeadlineMs);
      observe(id, "blocked", blocked.reason);
      return;
    }
    if (running.has(id)) return;
    await tidying.get(id);
    tidying.delete(id);
    await start(row, plugin);
  }

  async function start(row: InstanceRow, plugin: PluginRow): Promise<void> {
    const { id } = row;
    observe(id, "starting");
    const startedWith = grantedTo(row, plugin);
    const granted = allOf(startedWith);
    const key = workerKeyOf(row, plugin.manifest);
    let opened: OpenScope | undefined;
    let worker: PluginWorker | undefined;
    try {
      const { config, values } = instances.secrets.reveal(row);
      logs.redaction.hide(id, values);
      worker = await workerOf(plugin, row, key);
      opened = options.openScope(row, granted, key, writtenBy(id));
      worker.scopes.set(id, opened.scope);
      const { userId } = opened.scope;
      const calling = options.calling?.(row.accountId);
      const wanted = await worker.process.rpc.call(id, "instance.start", {
        config: config as never,
        userId,
        permissions: { network: [...granted.network], programs: [...granted.programs] },
        ...(calling ? { calling } : {}),
      });
      running.set(id, { worker, startedWith, ...opened });
      begin(row, plugin, opened.scope, worker, readSubscriptions(wanted), calling);
    } catch (error) {
      running.delete(id);
      schedules.detach(id);
      webhooks.detach(id);
      worker?.scopes.delete(id);
      const reason = "The instance did not start.";
      // A worker that others go on using keeps nothing of it.
      worker?.process.rpc.call(id, "instance.stop", { reason }).catch(() => undefined);
      await opened?.dispose(reason);
      // The host's own errors say all; its stack tells an author nothing.
      const stack = error instanceof AppError ? undefined : (error as Error).stack;
      const mapped = stack !== undefined && worker ? { stack: worker.mapStack(stack) } : {};
      logs.add(id, { level: "error", message: `It did not start: ${reasonOf(error)}`, ...mapped });
      crashed(id, `It did not start: ${reasonOf(error)}`);
      await endIfUnused(key);
    }
  }

  function begin(
    row: InstanceRow,
    plugin: PluginRow,
    scope: InstanceScope,
    worker: PluginWorker,
    wanted: Subscriptions,
    calling: Calling | undefined,
  ): void {
    const { id, accountId } = row;
    const { rpc } = worker.process;
    const ageMs = catchUpMs(row, plugin);
    const run: Runner["run"] = (delivery) => rpc.notify(id, "delivery.run", [delivery]);
    const abort: Runner["abort"] = (delivery, reason) =>
      rpc.notify(id, "delivery.abort", { id: delivery, reason });
    schedules.attach(scope, wanted.schedules, ageMs);
    const asked = plugin.manifest.permissions?.webhooks === true;
    webhooks.attach(id, wanted.webhooks, { asked, granted: scope.granted.webhooks }, { run, abort });
    instances.setSubscriptions(id, wanted);
    subscriptions.set(id, accountId, wanted, ageMs, calling);
    observe(id, "running");
    dispatcher.attach(id, workerKeyOf(row, plugin.manifest), {
      ...{ run, abort },
      isTooOld: ({ event, roomId }) => {
        // Its sender was told that it is taken; only the operator takes that back.
        if (webhookOf(roomId) !== null) return !scope.granted.webhooks;
        const { origin_server_ts } = JSON.parse(event) as { origin_server_ts: number };
        return Date.now() - origin_server_ts > (schedules.catchUpMs(id, roomId) ?? ageMs);
      },
      senderName: (roomId, userId) => (hasOwnRoom(roomId) ? options.senderName(row, roomId, userId) : null),
    });
  }

  /**
   * Takes back at once. Whether it needs a restart: there is more now than it began with, or requests
   * wait in memory that are not to be handled any more.
   */
  function applyGrants(id: string): boolean {
    const row = instances.get(id);
    subscriptions.limit(id, row?.rooms ?? null);
    const found = running.get(id);
    const plugin = row && plugins.get(row.pluginId);
    if (!row || !plugin) return false;
    const now = grantedTo(row, plugin);
    webhooks.grant(id, row.enabled && now.webhooks === true);
    if (!found) return false;
    found.change(allOf(effectivePermissions(now, found.startedWith)), row.rooms);
    const isMore = Object.keys(missingPermissions(now, found.startedWith)).length > 0;
    return isMore || (found.startedWith.webhooks === true && now.webhooks !== true);
  }

  function writtenBy(id: string): WriteStats {
    const found = written.get(id) ?? { sent: 0, lastAt: null };
    written.set(id, found);
    return found;
  }

  async function workerOf(
    plugin: PluginRow,
    { id: instanceId }: InstanceRow,
    key: string,
  ): Promise<PluginWorker> {
    const found = workers.get(key);
    if (found?.sha256 === plugin.sha256) return found;
    // The plugin was replaced: the instances on the old code end, and are started on the new.
    for (const id of [...(found?.scopes.keys() ?? [])]) {
      await stop(id);
      void reconcile(id);
    }
    const worker = startPluginWorker(plugin, await options.readCode(plugin), options.worker, workerGone);
    workers.set(key, worker);
    tally.started(plugin.id, key === plugin.id ? null : instanceId, worker.process);
    return worker;
  }

  function keyOf(row: InstanceRow): string | undefined {
    const plugin = plugins.get(row.pluginId);
    return plugin && workerKeyOf(row, plugin.manifest);
  }

  function workerGone(worker: PluginWorker, reason: string, end: WorkerEnd): void {
    tally.ended(worker.process, end);
    const key = [...workers].find(([, known]) => known === worker)?.[0];
    if (key !== undefined) workers.delete(key);
    const ids = [...worker.scopes.keys()].filter((id) => running.get(id)?.worker === worker);
    const gaveUp = ids.filter((id) => dispatcher.lost(id, reason)).length > 0;
    // What killed it is out of the way. However many such events somebody sends, they keep nobody down,
    // and not those either that were about to start in it.
    if (gaveUp) for (const row of instances.list()) if (keyOf(row) === key) backoff.reset(row.id);
    for (const id of ids) {
      const lost = running.get(id);
      if (!lost) continue;
      running.delete(id);
      schedules.detach(id);
      webhooks.detach(id);
      logs.add(id, { level: "error", message: reason });
      const tidied = lost.dispose(reason).catch((error: unknown) => {
        logs.add(id, { level: "warn", message: `What it held could not be tidied away: ${reasonOf(error)}` });
      });
      tidying.set(id, tidied);
      crashed(id, reason);
    }
    worker.scopes.clear();
  }

  function crashed(id: string, why: string): void {
    const reason = logs.redaction.clean(id, why);
    const sentence = /[.!?…]$/.test(reason) ? reason : `${reason}.`;
    const delay = stopping ? null : backoff.crashed(id);
    if (delay === null) {
      const more = stopping ? "" : " It crashed too often to be tried again by itself.";
      observe(id, "crashed", sentence + more);
    } else {
      observe(id, "crashed", `${sentence} It is started again in a moment.`);
      restarts.set(id, setTimeout(() => void reconcile(id), delay).unref());
    }
    if (!stopping) options.onCrashed?.(id, sentence);
  }

  async function stop(id: string, deadlineMs = stopDeadlineMs): Promise<void> {
    clearTimeout(restarts.get(id));
    const found = running.get(id);
    if (found) {
      observe(id, "stopping");
      schedules.detach(id);
      // When the host stops, all handlers had their time already.
      await dispatcher.drain(stopping ? 0 : deadlineMs, id);
      dispatcher.detach(id);
      webhooks.detach(id);
      running.delete(id);
      const reason = "The instance was stopped.";
      await found.worker.process.rpc.call(id, "instance.stop", { reason }).catch((error: unknown) => {
        logs.add(id, { level: "warn", message: `It did not stop as asked: ${reasonOf(error)}` });
      });
      found.worker.scopes.delete(id);
      await found.dispose(reason);
      for (const [key, worker] of workers) if (worker === found.worker) await endIfUnused(key);
    }
    await tidying.get(id);
    tidying.delete(id);
    observe(id, "stopped");
  }

  async function endIfUnused(key: string): Promise<void> {
    const worker = workers.get(key);
    if (!worker || worker.scopes.size > 0) return;
    workers.delete(key);
    await worker.process.terminate("No instance needs it.");
  }

  function reconcile(id: string): Promise<void> {
    const pluginId = instances.get(id)?.pluginId ?? pluginOfRunning(id);
    return turns.take(pluginId, () => settle(id, reconcileNow(id)));
  }

  /** A failure outside a start is the host's own; it shows, and the queue goes on. */
  async function settle(id: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      logs.add(id, { level: "error", message: reasonOf(error) });
      observe(id, "crashed", reasonOf(error));
      if (!stopping) options.onCrashed?.(id, reasonOf(error));
    }
  }

  function pluginOfRunning(id: string): string {
    for (const worker of workers.values()) if (worker.scopes.has(id)) return worker.pluginId;
    return "";
  }

  return {
    reconcile,
    regrant(id) {
      applyGrants(id);
      const pluginId = instances.get(id)?.pluginId ?? pluginOfRunning(id);
      const again = async () => {
        if (applyGrants(id)) await stop(id);
        await reconcileNow(id);
      };
      return turns.take(pluginId, () => settle(id, again()));
    },
    restart(id) {
      backoff.reset(id);
      const pluginId = instances.get(id)?.pluginId ?? pluginOfRunning(id);
      return turns.take(pluginId, () =>
        settle(
          id,
          stop(id).then(() => reconcileNow(id)),
        ),
      );
    },
    whileStopped(pluginId, work) {
      const ids = () =>
        instances
          .list()
          .filter((row) => row.pluginId === pluginId)
          .map((row) => row.id);
      return turns.take(pluginId, async () => {
        const ran = ids().filter((id) => running.has(id));
        await Promise.all(ids().map((id) => settle(id, stop(id))));
        try {
          await work(ran);
        } finally {
          for (const id of ids()) {
            backoff.reset(id);
            await settle(id, reconcileNow(id));
          }
        }
      });
    },
    observed: (id) => observed.get(id) ?? { status: "stopped", reason: null, since: Date.now() },
    failed(id, eventId, { code, message, stack }) {
      const map = running.get(id)?.worker.mapStack;
      const clean = (text: string) => logs.redaction.clean(id, text);
      const mapped = stack === undefined ? {} : { stack: clean(map ? map(stack) : stack) };
      logs.add(id, {
        level: "error",
        message: `The handler of ${eventId} failed (${code}): ${message}`,
        ...mapped,
      });
      return { code: clean(code), message: clean(message), ...mapped };
    },
    stats: (id) => written.get(id) ?? { sent: 0, lastAt: null },
    workers: tally.list,

    async stopAll(deadlineMs) {
      stopping = true;
      for (const timer of restarts.values()) clearTimeout(timer);
      await dispatcher.drain(deadlineMs);
      // What was being started when the host was told to stop runs by now, or does not.
      await turns.idle();
      await Promise.all([...running.keys()].map((id) => reconcile(id)));
      await Promise.all([...workers.values()].map((worker) => worker.process.terminate("The host stops.")));
    },
  };
}
