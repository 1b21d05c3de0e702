import { LogLevel, LogService } from "matrix-bot-sdk";
import type { DeclaredRoute } from "./api/access.ts";
import { listen } from "./api/listen.ts";
import { createApi } from "./api/server.ts";
import type { Assets } from "./assets.ts";
import type { Config } from "./config/config.ts";
import type { Configured } from "./config/load.ts";
import { type ConfigOrigin, NO_ORIGIN } from "./config/origin.ts";
import { AppError, reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { openData } from "./open-data.ts";
import { type Above, openRuntime, type Runtime } from "./open-runtime.ts";
import { openServices } from "./open-services.ts";
import { catchUpMs } from "./runtime/catch-up.ts";
import { type CronTimes, readCron } from "./runtime/cron.ts";
import { createDeliveryTally } from "./runtime/delivery-tally.ts";
import { createInstanceLogs } from "./runtime/instance-log.ts";
import { overflowLog } from "./runtime/overflow-log.ts";
import { grantedTo } from "./runtime/permissions.ts";
import { checkRecipients } from "./services/age-file.ts";
import type { ApiTokens } from "./services/api-tokens.ts";
import { type BackupSchedule, createBackupSchedule } from "./services/backup-schedule.ts";
import { createEventFeed } from "./services/event-feed.ts";
import type { Health } from "./services/health.ts";
import { HISTORY_KEPT_MS } from "./services/history.ts";
import type { Idempotency } from "./services/idempotency.ts";
import type { InstanceService } from "./services/instances.ts";
import { createPasswords, type Passwords } from "./services/passwords.ts";
import { openPlayground, type PlaygroundService } from "./services/playground.ts";
import type { PluginService } from "./services/plugins.ts";
import type { Sessions } from "./services/sessions.ts";
import type { Store } from "./store/index.ts";
import { VERSION } from "./version.ts";

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

const FAILED_KEPT_MS = 7 * 24 * 60 * 60_000;

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
  const isDevelopment = development !== undefined;
  // Before anything is opened: a mistake in it is the operator's to mend.
  const backupTimes = timesOf("backup.schedule", config.backup.schedule);
  await checkRecipients(config.backup.recipients);
  const summaryTimes = timesOf("alerts.summary", config.alerts?.summary);
  const feed = createEventFeed((isOn) => tally.turn(isOn));
  const tally = createDeliveryTally((tallied) =>
    feed.publish({ kind: "deliveries", instanceId: tallied.instanceId, tallied }),
  );
  const logs = createInstanceLogs((instance, line) => {
    log[line.level]({ instance, stack: line.stack }, line.message);
    if (feed.isOn) feed.publish({ kind: "log", instanceId: instance, line });
  });

  const data = openData(config, assets, started, {
    ...overflowLog(logs),
    tooOldBefore(instanceId) {
      const instance = store.instances.get(instanceId);
      const plugin = instance && store.plugins.get(instance.pluginId);
      const isHandled = ["running", "stopping"].includes(runtime.supervisor.observed(instanceId).status);
      return isHandled || !plugin ? null : Date.now() - catchUpMs(instance, plugin);
    },
  });
  const { store, box } = data;
  const shared = { config, assets, log, feed, logs, isDevelopment };
  const above: Above = {
    pluginHeld: (plugin) => services.upgrades.held(plugin.id) ?? services.trust.refusal(plugin),
    crashed: (instanceId, reason) => services.upgrades.crashed(instanceId, reason),
    alerts: () => services.alerts,
  };
  const runtime = openRuntime({ ...shared, ...data, tally, above }, started);
  /** Begins when all else has: a missed backup is made at once. */
  let backupSchedule: BackupSchedule | null = null;
  const services = openServices(
    {
      ...{ ...shared, data, runtime, passwords, summaryTimes },
      ...{ configured: { config, origin, lineOf }, reread: reread ?? null },
      backupSchedule: () => backupSchedule,
    },
    started,
  );
  const { running, supervisor, listener, onError } = runtime;
  const { declarations, declaring, signIn, served } = services;

  await services.upgrades.recover();
  expectWhatWasWanted(store, runtime);
  if (playground) store.accounts.moveServer(playground.serverName, playground.homeserverUrl);
  for (const account of store.accounts.list()) running.start(account);
  const forget = () => {
    try {
      store.inbox.forgetFailed(Date.now() - FAILED_KEPT_MS);
      store.traces.forget(Date.now() - FAILED_KEPT_MS);
      store.history.forget(Date.now() - HISTORY_KEPT_MS);
      forgetAccess({ ...services, store, auditDays: config.auditDays });
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
  const { backups } = services;
  if (backupTimes) backupSchedule = createBackupSchedule({ times: backupTimes, backups, warn: onError });
  started.defer(async () => backupSchedule?.close());

  const ground = playground
    ? await openPlayground({
        ...{ ...playground, ...declaring, http: runtime.http, settings: store.settings, box, warn: onError },
      })
    : null;
  const api = await createApi({
    log,
    version: VERSION,
    allowedHosts: config.allowedHosts,
    webUi: assets.webUi,
    ...(development ? { cookieName: development.name } : {}),
    services: { ...served, playground: ground },
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
    services: {
      ...{ plugins: declaring.plugins, instances: declaring.instances },
      ...{ playground: ground, health: services.health },
    },
    routes: api.declaredRoutes,
    reload: () => declarations.reload(declaring),
    applied: declarations.idle,
    close: () => everything.disposeAsync(),
  };
}

/** What instances wanted when they last ran is known before the first sync, so that it is kept for them. */
function expectWhatWasWanted(store: Store, { subscriptions, webhooks, calling }: Runtime): void {
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
}

/** Deletes sessions, links, tokens and kept answers that have ended, and what the audit log need not keep. */
function forgetAccess(options: {
  store: Pick<Store, "users" | "audit">;
  sessions: Sessions;
  tokens: ApiTokens;
  idempotency: Idempotency;
  auditDays: number;
}): void {
  options.idempotency.forget();
  options.sessions.forget();
  options.tokens.forget();
  options.store.users.forgetOneTimeTokens(Date.now());
  options.store.audit.forget(Date.now() - options.auditDays * 24 * 60 * 60_000);
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
