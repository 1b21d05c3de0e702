import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LogLevel, LogService } from "matrix-bot-sdk";
import { createApi } from "./api/server.ts";
import type { Assets } from "./assets.ts";
import { readBundle } from "./bundle/index.ts";
import type { Config } from "./config/config.ts";
import { loadSecretKey } from "./config/secret-key.ts";
import { AppError } from "./errors.ts";
import type { Log } from "./log.ts";
import { createMatrixHttp } from "./matrix/http.ts";
import { createAccounts } from "./runtime/accounts.ts";
import { catchUpMs } from "./runtime/catch-up.ts";
import { createDatabases } from "./runtime/databases.ts";
import { createDispatcher } from "./runtime/dispatcher.ts";
import { createInstanceLogs } from "./runtime/instance-log.ts";
import { createIntake } from "./runtime/intake.ts";
import { createNetwork } from "./runtime/network.ts";
import { createPrograms } from "./runtime/programs.ts";
import { createScopeFactory } from "./runtime/scopes.ts";
import { createSubscriptionTable } from "./runtime/subscriptions.ts";
import { createSupervisor } from "./runtime/supervisor.ts";
import { createAccountService } from "./services/accounts.ts";
import { createInstanceService } from "./services/instances.ts";
import { createNoticeService } from "./services/notices.ts";
import { openPlayground } from "./services/playground.ts";
import { createPluginService } from "./services/plugins.ts";
import { createSignIn } from "./services/sign-in.ts";
import { createBundleStore } from "./store/bundles.ts";
import { openDatabase } from "./store/database.ts";
import { createStore } from "./store/index.ts";
import { lockDataDirectory } from "./store/lock.ts";
import { createSecretBox } from "./store/secret-box.ts";
import { VERSION } from "./version.ts";

export interface HostOptions {
  config: Config;
  assets: Assets;
  log: Log;
  /** The development homeserver that runs beside the host. */
  playground?: { homeserverUrl: string; serverName: string; bundles: string[] };
}

export interface Host {
  /** Where the page and the API are: `http://127.0.0.1:<port>`. */
  url: string;
  /** The link to sign in with for the first time; `null` once somebody has a password. */
  signInLink: string | null;
  /** Finishes what is in flight within a deadline, and stops. */
  close(): Promise<void>;
}

const FAILED_KEPT_MS = 7 * 24 * 60 * 60_000;
const CLOSE_DEADLINE_MS = 10_000;

/** Puts the host together and starts it. The order of starting is the order of the lines. */
export async function startHost({ config, assets, log, playground }: HostOptions): Promise<Host> {
  LogService.setLevel(LogLevel.ERROR);
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDirectory(dataDir);
  const box = createSecretBox(loadSecretKey(dataDir, config.secretKeyFile));
  const store = createStore(openDatabase(join(dataDir, "rookery.db"), assets.migrations), box);
  const bundles = createBundleStore(join(dataDir, "bundles"));

  const http = createMatrixHttp({ caFile: config.network.caFile });
  const network = createNetwork(config.network);
  const programs = createPrograms(config.programs);
  const instancesDir = join(dataDir, "instances");
  const directoryOf = (instanceId: string) => join(instancesDir, instanceId);
  const databases = createDatabases({
    file: assets.database,
    directory: instancesDir,
    megabytes: config.databaseMb,
  });
  const logs = createInstanceLogs((instance, { level, message, stack }) =>
    log[level]({ instance, stack }, message),
  );

  const subscriptions = createSubscriptionTable();
  const dispatcher = createDispatcher({
    inbox: store.inbox,
    onFailed: ({ instanceId, eventId }, error) => supervisor.failed(instanceId, eventId, error),
  });
  const onError = (message: string, error: unknown) => log.warn({ err: error }, message);
  const intake = createIntake({
    inbox: store.inbox,
    subscriptions,
    isOwn: (userId) => running.isOwn(userId),
    onStored: dispatcher.arrived,
    onError,
  });
  const running = createAccounts({
    http,
    intake,
    onBlocked: (accountId) => {
      for (const { id, accountId: used } of store.instances.list())
        if (used === accountId) void supervisor.reconcile(id);
    },
    onError,
  });
  const supervisor = createSupervisor({
    instances: store.instances,
    plugins: store.plugins,
    dispatcher,
    subscriptions,
    logs,
    worker: {
      file: assets.worker,
      heapMb: config.workerHeapMb,
      onOutput: (plugin, line) => log.warn({ plugin }, line),
      onUnexpected: (method, error) => log.error({ err: error, method }, "A host method failed."),
    },
    readCode: async ({ sha256 }) => readBundle(await bundles.read(sha256), { hostVersion: VERSION }).code,
    openScope: createScopeFactory({
      running,
      dispatcher,
      logs,
      http,
      network,
      programs,
      databases,
      directoryOf,
      accounts: store.accounts,
    }),
    accountBlocked(accountId) {
      const { status, reason } = running.state(accountId);
      return status === "blocked" ? reason : null;
    },
    senderName: ({ accountId }, roomId, userId) => running.names(accountId)?.get(roomId, userId) ?? null,
  });

  const signIn = createSignIn(store.users);
  const instances = createInstanceService({ ...store, supervisor, dispatcher, logs, directoryOf });
  const accounts = createAccountService({
    ...store,
    running,
    supervisor,
    http,
    warn: onError,
  });
  const plugins = createPluginService({
    ...store,
    bundles,
    supervisor,
    read: (bytes) => readBundle(bytes, { hostVersion: VERSION }),
  });
  const notices = createNoticeService({
    ytDlp: config.programs["yt-dlp"],
    ytDlpWanted: () =>
      store.plugins.list().some(({ manifest }) => manifest.permissions?.programs?.includes("yt-dlp")),
  });

  // What instances wanted when they last ran is known before the first sync, so that it is kept for them.
  for (const instance of store.instances.list()) {
    const plugin = store.plugins.get(instance.pluginId);
    if (!instance.enabled || !instance.subscriptions || !plugin) continue;
    subscriptions.set(instance.id, instance.accountId, instance.subscriptions, catchUpMs(instance, plugin));
  }
  if (playground) store.accounts.moveServer(playground.serverName, playground.homeserverUrl);
  for (const account of store.accounts.list()) running.start(account);
  const forgetFailed = () => store.inbox.forgetFailed(Date.now() - FAILED_KEPT_MS);
  forgetFailed();
  const forgetting = setInterval(forgetFailed, 60 * 60_000).unref();
  const starting = store.instances.list().map(({ id }) => supervisor.reconcile(id));

  const ground = playground
    ? await openPlayground({
        ...playground,
        http,
        settings: store.settings,
        box,
        accounts,
        plugins,
        instances,
      })
    : null;
  const api = await createApi({
    log,
    version: VERSION,
    allowedHosts: config.allowedHosts,
    webUi: assets.webUi,
    services: { signIn, accounts, plugins, instances, notices, playground: ground },
  });
  await listen(api, config.port);
  const url = `http://127.0.0.1:${(api.server.address() as { port: number }).port}`;

  return {
    url,
    signInLink: signIn.hasPassword() ? null : `${url}/welcome#token=${signIn.createOneTimeToken()}`,
    async close() {
      await api.close();
      clearInterval(forgetting);
      await Promise.all(starting);
      await running.stopAll();
      await supervisor.stopAll(CLOSE_DEADLINE_MS);
      await databases.close();
      dispatcher.close();
      await Promise.all([http.close(), network.close()]);
      store.close();
      lock.release();
    },
  };
}

async function listen(
  api: { listen(where: { host: string; port: number }): Promise<unknown> },
  port: number,
): Promise<void> {
  try {
    await api.listen({ host: "127.0.0.1", port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    const text = `Port ${port} on 127.0.0.1 is in use. End what uses it, or choose another with ROOKERY_PORT.`;
    throw new AppError("CONFIG_INVALID", text, { cause });
  }
}
