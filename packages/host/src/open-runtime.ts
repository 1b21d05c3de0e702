import { join } from "node:path";
import type { Assets } from "./assets.ts";
import { readBundle } from "./bundle/index.ts";
import type { Config } from "./config/config.ts";
import type { Log } from "./log.ts";
import { createMatrixHttp } from "./matrix/http.ts";
import { createHttpTally } from "./matrix/http-tally.ts";
import { createAccounts } from "./runtime/accounts.ts";
import { takesInvite } from "./runtime/autojoin.ts";
import { callingOf } from "./runtime/calling-of.ts";
import { createDatabases } from "./runtime/databases.ts";
import type { DeliveryTally } from "./runtime/delivery-tally.ts";
import { createDeliveryTrace } from "./runtime/delivery-trace.ts";
import { createDispatcher } from "./runtime/dispatcher.ts";
import { createEncryptionPlaces } from "./runtime/encryption-places.ts";
import { createFilesOfAll } from "./runtime/files-of-all.ts";
import { createInstanceHealth } from "./runtime/instance-health.ts";
import type { InstanceLogs } from "./runtime/instance-log.ts";
import { createIntake } from "./runtime/intake.ts";
import { createNetwork } from "./runtime/network.ts";
import { createPermissionUses } from "./runtime/permission-use.ts";
import { createPictures } from "./runtime/pictures.ts";
import { createPrograms } from "./runtime/programs.ts";
import { describeSandbox, findSandbox } from "./runtime/sandbox.ts";
import { createSchedules } from "./runtime/schedules.ts";
import { createScopeFactory } from "./runtime/scopes.ts";
import { createSubscriptionTable } from "./runtime/subscriptions.ts";
import { createSupervisor } from "./runtime/supervisor.ts";
import { createTurns } from "./runtime/turns.ts";
import { createWebhooks } from "./runtime/webhooks.ts";
import type { Alerts } from "./services/alerts/alerts.ts";
import type { EventFeed } from "./services/event-feed.ts";
import { createHistory } from "./services/history.ts";
import type { BundleStore } from "./store/bundles.ts";
import type { Store } from "./store/index.ts";
import type { PluginRow } from "./store/plugins.ts";
import { createStaging } from "./store/staging.ts";
import { VERSION } from "./version.ts";
import { createWebhookListener } from "./webhooks/listener.ts";

const OFFLINE = "Its account was switched off. It goes on when the account is online again.";
const CLOSE_DEADLINE_MS = 10_000;
/** An author waits for the new version; what the old one left undone, the new one does. */
const DEVELOPMENT_STOP_MS = 250;

/** What stands above the runtime and has a say in it; it is put together later. */
export interface Above {
  /** Why a plugin may not run; `null` if it may. */
  pluginHeld(plugin: PluginRow): string | null;
  crashed(instanceId: string, reason: string): void;
  /** `null` where the configuration has no room for them. */
  alerts(): Pick<Alerts, "take" | "patienceMs" | "look"> | null;
}

export type Runtime = ReturnType<typeof openRuntime>;

/** Puts together what takes events in, hands them to plugins, and says what these say. No account and no instance runs yet. */
export function openRuntime(
  {
    config,
    assets,
    log,
    feed,
    tally,
    logs,
    store,
    bundles,
    isDevelopment,
    above,
  }: {
    config: Config;
    assets: Assets;
    log: Log;
    feed: EventFeed;
    tally: DeliveryTally;
    logs: InstanceLogs;
    store: Store;
    bundles: BundleStore;
    /** Whether it serves an author, who waits for the plugin that is being written. */
    isDevelopment: boolean;
    above: Above;
  },
  started: AsyncDisposableStack,
) {
  const { dataDir } = config;
  const onError = (message: string, error?: unknown) => log.warn({ err: error }, message);
  const instanceHealth = createInstanceHealth();
  const requests = createHttpTally();
  const http = createMatrixHttp({ caFile: config.network.caFile, tally: requests });
  started.defer(http.close);
  const network = createNetwork(config.network);
  started.defer(network.close);
  const sandbox = findSandbox({ mode: config.programSandbox, path: process.env.PATH ?? "", dataDir });
  void sandbox.then((found) => log[found.missing === null ? "info" : "warn"](describeSandbox(found)));
  const programs = createPrograms(config.programs, { mode: config.programSandbox, sandbox });
  const instancesDir = join(dataDir, "instances");
  const directoryOf = (instanceId: string) => join(instancesDir, instanceId);
  const staging = createStaging(instancesDir);
  staging.sweep();
  const databases = createDatabases({
    file: assets.database,
    directory: instancesDir,
    megabytes: config.limits.databaseMb,
  });
  const filesOfAll = createFilesOfAll(config.limits.filesMb * 1024 * 1024);
  const pictures = createPictures({
    file: assets.pictures,
    maxMegapixels: config.limits.previewMegapixels,
  });
  started.defer(pictures.close);

  const trace = createDeliveryTrace({
    store: store.traces,
    nextId: store.inbox.takeId,
    onUnwritable: (error) => log.warn({ err: error }, "What became of events could not be noted."),
  });
  // Behind the dispatcher, which ends what it still has.
  started.defer(async () => trace.close());
  const subscriptions = createSubscriptionTable(Date.now, trace);
  const uses = createPermissionUses({
    store: store.uses,
    onUnwritable: (error) => log.warn({ err: error }, "The use of permissions could not be noted."),
  });
  started.defer(async () => uses.close());
  const dispatcher = createDispatcher({
    inbox: store.inbox,
    tally,
    trace,
    onFailed: ({ instanceId, eventId }, error) => supervisor.failed(instanceId, eventId, error),
    onUnwritable: (error) => log.error({ err: error }, "What was handled could not be noted; trying again."),
  });
  started.defer(dispatcher.close);
  const intake = createIntake({
    inbox: store.inbox,
    subscriptions,
    isOwn: (userId) => running.isOwn(userId) || store.impersonated.has(userId),
    takes(accountId, inviter) {
      const account = store.accounts.get(accountId);
      return account !== undefined && takesInvite(account.autojoin, inviter);
    },
    onStored: dispatcher.arrived,
    onError,
    trace,
    commands: {
      take: (userId, roomId, events) =>
        above.alerts()?.take(userId, roomId, events) ?? { events, obey: () => undefined },
      patienceMs: (roomId) => above.alerts()?.patienceMs(roomId) ?? 0,
    },
  });
  const encryptions = createEncryptionPlaces({
    ...{ directory: join(dataDir, "accounts"), worker: assets.cryptoWorker },
    ...{ accounts: store.accounts, rooms: store.encryptedRooms },
    onVerifications: () => feed.publish({ kind: "changed", of: "accounts" }),
  });
  const running = createAccounts({
    http,
    intake,
    encryptions,
    onBlocked: (accountId) => {
      for (const { id, accountId: used } of store.instances.list())
        if (used === accountId) void supervisor.reconcile(id);
    },
    onState: () => feed.publish({ kind: "changed", of: "accounts" }),
    onRooms: () => feed.publish({ kind: "changed", of: "accounts" }),
    onError,
  });
  // Behind the supervisor, whose instances end what they say.
  started.defer(running.close);
  const schedules = createSchedules({
    store: store.schedules,
    isWaiting: dispatcher.isWaiting,
    onStored: dispatcher.arrived,
    onError,
  });
  const webhooks = createWebhooks({
    store: store.webhooks,
    onUsed: (instanceId) => uses.note(instanceId, "webhooks", null),
    onStored: dispatcher.arrived,
    onFailed: (instanceId, webhook, error) => supervisor.failed(instanceId, webhook, error),
    onError,
  });
  const { port: webhookPort, bodyKb, ...called } = config.webhooks;
  const listener =
    webhookPort === undefined
      ? null
      : createWebhookListener({
          ...{ webhooks, ...called, port: webhookPort, maxBodyBytes: bodyKb * 1024, onError },
        });
  const calling = (accountId: string) => {
    const account = store.accounts.get(accountId);
    return account && callingOf(account);
  };
  const supervisor = createSupervisor({
    instances: store.instances,
    plugins: store.plugins,
    dispatcher,
    subscriptions,
    schedules,
    webhooks,
    logs,
    worker: {
      file: assets.worker,
      memoryMb: config.limits.workerMemoryMb,
      cpuPercent: config.limits.cpuPercent,
      messagesPerSecond: config.limits.messagesPerSecond,
      onOutput: (plugin, line) => log.warn({ plugin }, logs.redaction.cleanAll(line)),
      onUnexpected: (method, error) => log.error({ err: error, method }, "A host method failed."),
    },
    readCode: async ({ sha256 }) => readBundle(await bundles.read(sha256), { hostVersion: VERSION }).code,
    openScope: createScopeFactory({
      running,
      dispatcher,
      webhooks,
      logs,
      health: instanceHealth,
      http,
      network,
      programs,
      databases,
      pictures,
      filesOfAll,
      directoryOf,
      limits: config.limits,
      uses,
      subscriptions,
      accounts: store.accounts,
      instances: store.instances,
      plugins: store.plugins,
      created: store.created,
      impersonated: store.impersonated,
    }),
    accountBlocked(accountId) {
      const { status, reason } = running.state(accountId);
      if (status === "offline") return { reason: OFFLINE, isGone: false };
      return status === "blocked" ? { reason: reason ?? status, isGone: true } : null;
    },
    calling,
    pluginHeld: above.pluginHeld,
    onObserved(instanceId, observed) {
      if (feed.isOn) feed.publish({ kind: "status", instanceId, observed });
      if (observed?.status === "crashed") void above.alerts()?.look();
    },
    onCrashed: above.crashed,
    ...(isDevelopment ? { stopDeadlineMs: DEVELOPMENT_STOP_MS } : {}),
    senderName: ({ accountId }, roomId, userId) => running.names(accountId)?.get(roomId, userId) ?? null,
  });

  // Behind the supervisor, which ends what still counts.
  const history = createHistory({
    ...{ store: store.history, instances: store.instances, dispatcher, supervisor },
    onUnwritable: (error) => log.warn({ err: error }, "The counts of the last minute could not be noted."),
  });
  started.defer(async () => history.close());
  started.defer(databases.close);
  const turns = createTurns();
  // An upgrade that is under way comes to its end with the supervisor's.
  started.defer(() => turns.idle());
  started.defer(() => supervisor.stopAll(CLOSE_DEADLINE_MS));
  started.defer(running.stopAll);
  started.defer(async () => schedules.close());

  return {
    ...{ requests, http, sandbox, directoryOf, staging, databases, filesOfAll, trace, subscriptions, uses },
    ...{ dispatcher, unreadOf: intake.unread, encryptions, running, schedules, webhooks, listener, calling },
    ...{ instanceHealth, supervisor, history, turns, onError },
  };
}
