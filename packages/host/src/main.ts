import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { LogLevel, LogService } from "matrix-bot-sdk";
import type { DeclaredRoute } from "./api/access.ts";
import { listen } from "./api/listen.ts";
import { createApi } from "./api/server.ts";
import type { Assets } from "./assets.ts";
import { readBundle } from "./bundle/index.ts";
import { readBundleApart } from "./bundle/read-apart.ts";
import type { Config } from "./config/config.ts";
import type { Configured } from "./config/load.ts";
import { type ConfigOrigin, NO_ORIGIN } from "./config/origin.ts";
import { loadSecretKey } from "./config/secret-key.ts";
import { AppError, reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { createMatrixHttp } from "./matrix/http.ts";
import { createHttpTally } from "./matrix/http-tally.ts";
import { openAlerts } from "./open-alerts.ts";
import { createAccounts } from "./runtime/accounts.ts";
import { takesInvite } from "./runtime/autojoin.ts";
import { callingOf } from "./runtime/calling-of.ts";
import { catchUpMs } from "./runtime/catch-up.ts";
import { type CronTimes, readCron } from "./runtime/cron.ts";
import { createDatabases } from "./runtime/databases.ts";
import { createDeliveryTally } from "./runtime/delivery-tally.ts";
import { createDeliveryTrace } from "./runtime/delivery-trace.ts";
import { createDispatcher } from "./runtime/dispatcher.ts";
import { createEncryptionPlaces } from "./runtime/encryption-places.ts";
import { createFilesOfAll } from "./runtime/files-of-all.ts";
import { createInstanceHealth } from "./runtime/instance-health.ts";
import { createInstanceLogs } from "./runtime/instance-log.ts";
import { createIntake } from "./runtime/intake.ts";
import { createNetwork } from "./runtime/network.ts";
import { overflowLog } from "./runtime/overflow-log.ts";
import { createPermissionUses } from "./runtime/permission-use.ts";
import { grantedTo } from "./runtime/permissions.ts";
import { createPictures } from "./runtime/pictures.ts";
import { createPrograms } from "./runtime/programs.ts";
import { describeSandbox, findSandbox } from "./runtime/sandbox.ts";
import { createSchedules } from "./runtime/schedules.ts";
import { createScopeFactory } from "./runtime/scopes.ts";
import { createSubscriptionTable } from "./runtime/subscriptions.ts";
import { createSupervisor } from "./runtime/supervisor.ts";
import { createTurns } from "./runtime/turns.ts";
import { createWebhooks } from "./runtime/webhooks.ts";
import { createAccountEncryptions } from "./services/account-encryptions.ts";
import { createAccountProfile } from "./services/account-profile.ts";
import { createAccountRooms } from "./services/account-rooms.ts";
import { createAccountSso } from "./services/account-sso.ts";
import { createAccountService } from "./services/accounts.ts";
import { checkRecipients } from "./services/age-file.ts";
import { type ApiTokens, createApiTokens } from "./services/api-tokens.ts";
import { createAudit } from "./services/audit.ts";
import { backupNotices } from "./services/backup-notices.ts";
import { startBackupProcess } from "./services/backup-process.ts";
import { type BackupSchedule, createBackupSchedule } from "./services/backup-schedule.ts";
import { createBackups } from "./services/backups.ts";
import { createCatalogue } from "./services/catalogue.ts";
import { describeConfiguration } from "./services/configuration.ts";
import { createDeclarations } from "./services/declared/declarations.ts";
import {
  guardAccounts,
  guardInstances,
  guardPlugins,
  guardSignIn,
  guardUsers,
} from "./services/declared/guard.ts";
import { createDeliveryService } from "./services/deliveries.ts";
import { CHANGING, createEventFeed } from "./services/event-feed.ts";
import { createHealth, type Health } from "./services/health.ts";
import { createHistory, HISTORY_KEPT_MS } from "./services/history.ts";
import { createIdempotency } from "./services/idempotency.ts";
import { createInstanceCopies } from "./services/instance-copies.ts";
import { createInstanceDatabaseService } from "./services/instance-databases.ts";
import { createInstanceFileService } from "./services/instance-files.ts";
import { createInstanceService, type InstanceService } from "./services/instances.ts";
import { createMetrics } from "./services/metrics/metrics.ts";
import { createNoticeService } from "./services/notices.ts";
import { createPasswords, type Passwords } from "./services/passwords.ts";
import { openPlayground, type PlaygroundService } from "./services/playground.ts";
import { createPluginService, type PluginService } from "./services/plugins.ts";
import { createReplacedLogins } from "./services/replaced-logins.ts";
import { createSessions, type Sessions } from "./services/sessions.ts";
import { createSignIn } from "./services/sign-in.ts";
import { createTrust } from "./services/trust.ts";
import { createUpgrades } from "./services/upgrades.ts";
import { createUsage } from "./services/usage.ts";
import { createUserService } from "./services/users.ts";
import { createYtDlp } from "./services/yt-dlp.ts";
import { createBackupFolder } from "./store/backup-folder.ts";
import { createBundleStore } from "./store/bundles.ts";
import { openDatabase, WRITTEN_BY } from "./store/database.ts";
import type { DeclaredKind } from "./store/declared.ts";
import { diskSpace, fileBytes } from "./store/disk-space.ts";
import type { InboxBoundOptions } from "./store/inbox-bound.ts";
import { createStore, type Store } from "./store/index.ts";
import { lockDataDirectory } from "./store/lock.ts";
import { createSecretBox } from "./store/secret-box.ts";
import { createSnapshotStore } from "./store/snapshots.ts";
import { stagedFor } from "./store/staged-restore.ts";
import { createStaging } from "./store/staging.ts";
import { whyUnwritable } from "./store/unwritable.ts";
import { VERSION } from "./version.ts";
import { createWebhookListener } from "./webhooks/listener.ts";

export interface HostOptions {
  config: Config;
  /** Where the configuration's values came from. */
  origin?: ConfigOrigin;
  /** Reads it anew, for `Host.reload`. */
  reread?: () => Configured;
  lineOf?: Configured["lineOf"];
  assets: Assets;
  log: Log;
  /** The development homeserver that runs beside the host. */
  playground?: { homeserverUrl: string; serverName: string; bundles: string[] };
  passwords?: Passwords;
  /** An author's own host, for the plugin that is being written. */
  development?: Development;
}

/**
 * What `rookery dev` has otherwise: the link alone signs in, an old version's handlers get no time to
 * end, and a new version that started is not gone back from.
 */
export interface Development {
  /** A browser sends the cookies of all hosts on the machine to each: by this they are told apart. */
  name: string;
}

/** What can be done with a running host from within its process. */
export interface HostServices {
  plugins: PluginService;
  instances: InstanceService;
  playground: PlaygroundService | null;
  health: Health;
}

export interface Host {
  /** Where the page and the API are: `http://127.0.0.1:<port>`; behind a socket, through a tunnel from that port. */
  url: string;
  /** The Unix socket in place of the port, if that is configured. */
  socket: string | null;
  /** The link to sign in with for the first time; `null` once an admin has a password. */
  signInLink: string | null;
  readonly services: HostServices;
  /** Every route of the page and the API, and who may use it. */
  routes: readonly DeclaredRoute[];
  /** Reads the configuration anew and applies what it declares; a broken one changes nothing, and is told. */
  reload(): Promise<void>;
  /** Resolves when all that the configuration declares is applied, or told why not. */
  applied(): Promise<void>;
  /** Finishes what is in flight within a deadline, and stops. */
  close(): Promise<void>;
}

const OFFLINE = "Its account was switched off. It goes on when the account is online again.";
const FAILED_KEPT_MS = 7 * 24 * 60 * 60_000;
const CLOSE_DEADLINE_MS = 10_000;
/** An author waits for the new version; what the old one left undone, the new one does. */
const DEVELOPMENT_STOP_MS = 250;

/**
 * Puts the host together and starts it. The order of starting is the order of the lines; what was
 * started ends in the reverse order, also where a later line fails.
 */
export async function startHost({
  config,
  origin = NO_ORIGIN,
  reread,
  lineOf = () => null,
  assets,
  log,
  playground,
  passwords = createPasswords(),
  development,
}: HostOptions): Promise<Host> {
  LogService.setLevel(LogLevel.ERROR);
  await using started = new AsyncDisposableStack();
  const { dataDir } = config;
  const feed = createEventFeed((isOn) => tally.turn(isOn));
  const tally = createDeliveryTally((tallied) =>
    feed.publish({ kind: "deliveries", instanceId: tallied.instanceId, tallied }),
  );
  const logs = createInstanceLogs((instance, line) => {
    log[line.level]({ instance, stack: line.stack }, line.message);
    if (feed.isOn) feed.publish({ kind: "log", instanceId: instance, line });
  });
  const instanceHealth = createInstanceHealth();
  // Before anything is opened: a mistake in it is the operator's to mend.
  const backupTimes = timesOf("backup.schedule", config.backup.schedule);
  await checkRecipients(config.backup.recipients);
  const summaryTimes = timesOf("alerts.summary", config.alerts?.summary);
  const { key, box, store, bundles } = openData(config, assets, started, {
    ...overflowLog(logs),
    tooOldBefore(instanceId) {
      const instance = store.instances.get(instanceId);
      const plugin = instance && store.plugins.get(instance.pluginId);
      const isHandled = ["running", "stopping"].includes(supervisor.observed(instanceId).status);
      return isHandled || !plugin ? null : Date.now() - catchUpMs(instance, plugin);
    },
  });

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
  const onError = (message: string, error?: unknown) => log.warn({ err: error }, message);
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
        alerts?.take(userId, roomId, events) ?? { events, obey: () => undefined },
      patienceMs: (roomId) => alerts?.patienceMs(roomId) ?? 0,
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
    pluginHeld: (plugin) => upgrades.held(plugin.id) ?? trust.refusal(plugin),
    onObserved(instanceId, observed) {
      if (feed.isOn) feed.publish({ kind: "status", instanceId, observed });
      if (observed?.status === "crashed") void alerts?.look();
    },
    onCrashed: (instanceId, reason) => upgrades.crashed(instanceId, reason),
    ...(development ? { stopDeadlineMs: DEVELOPMENT_STOP_MS } : {}),
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
  const trust = createTrust(config);
  // An upgrade that is under way comes to its end with the supervisor's.
  started.defer(() => turns.idle());
  started.defer(() => supervisor.stopAll(CLOSE_DEADLINE_MS));
  started.defer(running.stopAll);
  started.defer(async () => schedules.close());

  const audit = createAudit(store.audit);
  const sessions = createSessions(store.sessions);
  const { transaction } = store;
  const signIn = createSignIn({
    ...{ users: store.users, sessions, audit, box, transaction, passwords },
    passwordNeeded: development === undefined,
  });
  const managedBy = (kind: DeclaredKind) => (name: string) => declarations.managed.by(kind, name);
  const users = createUserService({
    ...{ users: store.users, sessions, transaction, managedBy: managedBy("user") },
  });
  const tokens = createApiTokens(store);
  const idempotency = createIdempotency({ answers: store.answers, box });
  const instances = createInstanceService({
    ...{ ...store, uses, supervisor, dispatcher, trace, webhooks, logs, health: instanceHealth, directoryOf },
    webhookUrl: listener?.url ?? null,
    managedBy: managedBy("instance"),
  });
  const replaced = createReplacedLogins({
    ...{ logins: store.replacedLogins, accounts: store.accounts, http, warn: onError },
  });
  started.defer(async () => replaced.close());
  void replaced.end();
  const accounts = createAccountService({
    ...store,
    replaced,
    running,
    supervisor,
    http,
    encryptions,
    onOnline: (id) => void accountRooms.takeInvites(id),
    onLogin: (id) => accountProfile.learn(id),
    managedBy: managedBy("account"),
    warn: onError,
  });
  const accountRooms = createAccountRooms({ accounts: store.accounts, http, warn: onError });
  const accountEncryptions = createAccountEncryptions({
    ...{ accounts: store.accounts, encryptionOf: running.encryption, warn: onError },
  });
  const accountProfile = createAccountProfile({
    ...{ accounts: store.accounts, http, warn: onError },
    async onRenamed(accountId) {
      const using = store.instances.list().filter((instance) => instance.accountId === accountId);
      await Promise.all(using.map(({ id }) => supervisor.restart(id)));
    },
  });
  const upgrades = createUpgrades({
    ...store,
    bundles,
    snapshots: createSnapshotStore(join(dataDir, "snapshots"), directoryOf),
    supervisor,
    turns,
    logs,
    warn: onError,
    ...(development ? { watchMs: 0 } : {}),
  });
  started.defer(upgrades.close);
  const registry = join(dataDir, "rookery.db");
  const backups = createBackups({
    ...{ ...store, upgrades, bundles, databases, turns, directoryOf, staging },
    registry,
    secretKey: key,
    folder: createBackupFolder(config.backup.path ?? join(dataDir, "backups")),
    keep: config.backup.keep,
    recipients: config.backup.recipients,
    startWork: (signal) => startBackupProcess(assets.backup, signal),
    warn: onError,
  });
  started.defer(backups.close);
  const readApart = (bytes: Buffer) => readBundleApart(assets.bundleReader, bytes, VERSION);
  const plugins = createPluginService({
    ...store,
    bundles,
    uses,
    supervisor,
    upgrades,
    turns,
    trust,
    read: readApart,
    managedBy: managedBy("plugin"),
  });
  const declarations = createDeclarations({
    configured: { config, origin, lineOf },
    reread: reread ?? null,
    sources: {
      ...{ store, secretKey: key, read: readApart },
      isBlocked: (accountId) => running.state(accountId).status === "blocked",
    },
    audit,
    onApplied() {
      for (const of of CHANGING) feed.publish({ kind: "changed", of });
    },
    log: (message) => log.info(message),
    warn: onError,
  });
  const declaring = { users, plugins, accounts, instances };
  started.defer(declarations.close);
  const { managed } = declarations;
  const catalogue = createCatalogue({
    ...{
      folder: assets.bundles,
      plugins: store.plugins,
      service: guardPlugins(plugins, managed),
      read: readApart,
    },
  });
  const health = createHealth({
    dataDir,
    settings: store.settings,
    accounts: store.accounts,
    stateOf: running.state,
  });
  const ytDlp = createYtDlp(config.programs["yt-dlp"]);
  /** Begins when all else has: a missed backup is made at once. */
  let backupSchedule: BackupSchedule | null = null;
  const notices = createNoticeService({
    health,
    overflows: store.overflows,
    ytDlp,
    sandbox,
    plugins: plugins.list,
    backups: () => backupNotices(backups, backupSchedule),
    alerts: () => alerts?.notices() ?? [],
    ...{ instances: store.instances, instanceHealth },
    webhooksServed: listener !== null,
    declared: declarations.notices,
  });

  const alerts = openAlerts({
    ...{ config, store, running, supervisor, dispatcher, logs, audit, history, backups, instanceHealth },
    backupNotices: () => backupNotices(backups, backupSchedule),
    ...{ summary: summaryTimes, warn: onError },
  });
  if (alerts) started.defer(async () => alerts.close());

  await upgrades.recover();
  // What instances wanted when they last ran is known before the first sync, so that it is kept for them.
  for (const instance of store.instances.list()) {
    subscriptions.limit(instance.id, instance.rooms);
    const plugin = store.plugins.get(instance.pluginId);
    if (!instance.subscriptions || !plugin) continue;
    const mayBeCalled = instance.enabled && grantedTo(instance, plugin).webhooks === true;
    webhooks.expect(instance.id, instance.subscriptions.webhooks, mayBeCalled);
    if (!instance.enabled) continue;
    const { id, accountId } = instance;
    subscriptions.set(id, accountId, instance.subscriptions, catchUpMs(instance, plugin), calling(accountId));
  }
  if (playground) store.accounts.moveServer(playground.serverName, playground.homeserverUrl);
  for (const account of store.accounts.list()) running.start(account);
  const forget = () => {
    try {
      store.inbox.forgetFailed(Date.now() - FAILED_KEPT_MS);
      store.traces.forget(Date.now() - FAILED_KEPT_MS);
      store.history.forget(Date.now() - HISTORY_KEPT_MS);
      idempotency.forget();
      forgetAccess({ store, sessions, tokens, auditDays: config.auditDays });
    } catch (error) {
      // A full disk must not end the host for what only makes room.
      onError("What is old could not be deleted; it is tried again in an hour.", error);
    }
  };
  forget();
  const forgetting = setInterval(forget, 60 * 60_000).unref();
  started.defer(() => clearInterval(forgetting));
  await declarations.settle(declaring);
  for (const { id } of store.instances.list()) void supervisor.reconcile(id);
  if (backupTimes) backupSchedule = createBackupSchedule({ times: backupTimes, backups, warn: onError });
  started.defer(async () => backupSchedule?.close());

  const ground = playground
    ? await openPlayground({
        ...playground,
        http,
        settings: store.settings,
        box,
        accounts,
        plugins,
        instances,
        warn: onError,
      })
    : null;
  const api = await createApi({
    log,
    version: VERSION,
    allowedHosts: config.allowedHosts,
    webUi: assets.webUi,
    ...(development ? { cookieName: development.name } : {}),
    services: {
      signIn: guardSignIn(signIn, managed),
      sessions,
      users: guardUsers(users, managed),
      tokens,
      audit,
      idempotency,
      feed,
      accounts: guardAccounts(accounts, managed),
      accountRooms,
      accountProfile,
      accountEncryptions,
      accountSso: createAccountSso({ accounts, http }),
      plugins: guardPlugins(plugins, managed),
      catalogue,
      instances: guardInstances(instances, managed),
      staging: { ...staging, maxBytes: (2 * config.limits.databaseMb + 128) * 1024 * 1024 },
      copies: createInstanceCopies({
        ...{ ...store, service: guardInstances(instances, managed), databases, staging, turns, directoryOf },
        databaseMb: config.limits.databaseMb,
      }),
      databases: createInstanceDatabaseService({ instances: store.instances, databases, turns, directoryOf }),
      files: createInstanceFileService({ instances: store.instances, filesOfAll }),
      deliveries: createDeliveryService({ ...store, dispatcher, trace }),
      notices,
      history,
      usage: createUsage(supervisor),
      health,
      metrics: createMetrics({
        ...{
          ...store,
          dispatcher,
          supervisor,
          webhooks,
          requests,
          stateOf: running.state,
          unreadOf: intake.unread,
        },
        ...{ backups, health: instanceHealth },
        ytDlp,
        disk: () => diskSpace(dataDir),
        registryBytes: () => fileBytes(registry, `${registry}-wal`),
      }),
      backups,
      configuration: describeConfiguration(config, origin),
      declarations,
      playground: ground,
    },
  });
  started.defer(() => api.close());
  await listen(api, config);
  if (listener) {
    started.defer(listener.close);
    await listener.listen();
  }
  const address = api.server.address() as string | { port: number };
  // Behind a socket, the port is the one at which a tunnel to it is told to begin.
  const url = `http://127.0.0.1:${typeof address === "string" ? config.port : address.port}`;

  const signInLink = signIn.needsLink() ? `${url}/welcome#token=${signIn.createFirstToken()}` : null;

  void declarations.apply(declaring);
  const everything = started.move();
  return {
    url,
    socket: config.socket ?? null,
    signInLink,
    services: { plugins, instances, playground: ground, health },
    routes: api.declaredRoutes,
    reload: () => declarations.reload(declaring),
    applied: declarations.idle,
    close: () => everything.disposeAsync(),
  };
}

/** Deletes sessions, links and tokens that have ended, and what the audit log need not keep. */
function forgetAccess(options: {
  store: Pick<Store, "users" | "audit">;
  sessions: Sessions;
  tokens: ApiTokens;
  auditDays: number;
}): void {
  options.sessions.forget();
  options.tokens.forget();
  options.store.users.forgetOneTimeTokens(Date.now());
  options.store.audit.forget(Date.now() - options.auditDays * 24 * 60 * 60_000);
}

/** Opens all that lies in the data directory. @throws AppError `DATA_UNWRITABLE`, `DATA_LOCKED`, `DATABASE_NEWER` */
function openData(
  { dataDir, secretKeyFile, limits }: Config,
  assets: Assets,
  started: AsyncDisposableStack,
  bounds: InboxBoundOptions,
) {
  try {
    refuseHalfRestored(dataDir);
    makeDirectory(dataDir);
    started.defer(lockDataDirectory(dataDir).release);
    const key = loadSecretKey(dataDir, secretKeyFile);
    const box = createSecretBox(key);
    const db = openDatabase(join(dataDir, "rookery.db"), assets.migrations);
    const store = createStore(db, box, { ...bounds, entries: limits.inboxEntries });
    started.defer(store.close);
    // For an older version to name, if one is started later.
    store.settings.set(WRITTEN_BY, VERSION);
    return { key, box, store, bundles: createBundleStore(join(dataDir, "bundles")) };
  } catch (cause) {
    const why = whyUnwritable(cause);
    if (cause instanceof AppError || why === null) throw cause;
    const text = `Rookery cannot write to its data directory ${dataDir}: ${why}. Nothing was changed.`;
    throw new AppError("DATA_UNWRITABLE", text, { cause });
  }
}

/** A restoring that was cut off between its renames leaves no directory, and an empty one would look like a lost one. */
function refuseHalfRestored(dataDir: string): void {
  if (existsSync(join(dataDir, "rookery.db")) || !existsSync(stagedFor(dataDir))) return;
  const text = `A "rookery restore" into ${dataDir} was cut off. Run it again; or remove ${stagedFor(dataDir)}, after moving ${dataDir}.before-… back if there is one.`;
  throw new AppError("RESTORE_UNFINISHED", text);
}

/** When something is to be done, by the clock of the machine: a setting's cron expression. @throws AppError `CONFIG_INVALID` */
function timesOf(setting: string, schedule: string | undefined): CronTimes | null {
  if (schedule === undefined) return null;
  try {
    return readCron(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone);
  } catch (cause) {
    throw new AppError("CONFIG_INVALID", `${setting}: ${reasonOf(cause)}`, { cause });
  }
}

/** Only the last step is not recursive: a recursive mkdir reports a read-only file system as ENOENT. */
function makeDirectory(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
}
