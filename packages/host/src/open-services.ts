import { join } from "node:path";
import type { Assets } from "./assets.ts";
import { readBundleApart } from "./bundle/read-apart.ts";
import type { Config } from "./config/config.ts";
import type { Configured } from "./config/load.ts";
import type { Log } from "./log.ts";
import { openAlerts } from "./open-alerts.ts";
import type { Data } from "./open-data.ts";
import type { Runtime } from "./open-runtime.ts";
import type { CronTimes } from "./runtime/cron.ts";
import type { InstanceLogs } from "./runtime/instance-log.ts";
import { createAccountEncryptions } from "./services/account-encryptions.ts";
import { createAccountProfile } from "./services/account-profile.ts";
import { createAccountRooms } from "./services/account-rooms.ts";
import { createAccountSso } from "./services/account-sso.ts";
import { createAccountService } from "./services/accounts.ts";
import { createApiTokens } from "./services/api-tokens.ts";
import { createAudit } from "./services/audit.ts";
import { backupNotices } from "./services/backup-notices.ts";
import { startBackupProcess } from "./services/backup-process.ts";
import type { BackupSchedule } from "./services/backup-schedule.ts";
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
import { encryptionNotices } from "./services/encryption-notices.ts";
import type { EventFeed } from "./services/event-feed.ts";
import { CHANGING } from "./services/event-feed.ts";
import { createHealth } from "./services/health.ts";
import { createIdempotency } from "./services/idempotency.ts";
import { createInstanceCopies } from "./services/instance-copies.ts";
import { createInstanceDatabaseService } from "./services/instance-databases.ts";
import { createInstanceFileService } from "./services/instance-files.ts";
import { createInstanceService } from "./services/instances.ts";
import { createMetrics } from "./services/metrics/metrics.ts";
import { createNoticeService } from "./services/notices.ts";
import type { Passwords } from "./services/passwords.ts";
import { createPluginService } from "./services/plugins.ts";
import { createReplacedLogins } from "./services/replaced-logins.ts";
import { createSessions } from "./services/sessions.ts";
import { createSignIn } from "./services/sign-in.ts";
import { createTrust } from "./services/trust.ts";
import { createUpgrades } from "./services/upgrades.ts";
import { createUsage } from "./services/usage.ts";
import { createUserService } from "./services/users.ts";
import { createYtDlp } from "./services/yt-dlp.ts";
import { createBackupFolder } from "./store/backup-folder.ts";
import type { DeclaredKind } from "./store/declared.ts";
import { diskSpace, fileBytes } from "./store/disk-space.ts";
import { createSnapshotStore } from "./store/snapshots.ts";
import { VERSION } from "./version.ts";

const MB = 1024 * 1024;

/** Puts together what the API offers over the runtime. Nothing of it has been asked yet. */
export function openServices(
  {
    config,
    configured,
    reread,
    assets,
    log,
    feed,
    logs,
    data: { key, box, store, bundles },
    runtime,
    passwords,
    summaryTimes,
    backupSchedule,
    isDevelopment,
  }: {
    config: Config;
    configured: Configured;
    /** Reads the configuration anew, where it came from a file. */
    reread: (() => Configured) | null;
    assets: Assets;
    log: Log;
    feed: EventFeed;
    logs: InstanceLogs;
    data: Data;
    runtime: Runtime;
    passwords: Passwords;
    summaryTimes: CronTimes | null;
    /** `null` where there is none, and until it begins. */
    backupSchedule: () => BackupSchedule | null;
    /** Whether it serves an author, who waits for the plugin that is being written. */
    isDevelopment: boolean;
  },
  started: AsyncDisposableStack,
) {
  const { dataDir } = config;
  const { http, databases, directoryOf, staging, uses, turns, onError: warn } = runtime;
  const { dispatcher, supervisor, running, history, instanceHealth } = runtime;
  const { transaction } = store;
  const trust = createTrust(config);
  const audit = createAudit(store.audit);
  const sessions = createSessions(store.sessions);
  const signIn = createSignIn({
    ...{ users: store.users, sessions, audit, box, transaction, passwords },
    passwordNeeded: !isDevelopment,
  });
  const managedBy = (kind: DeclaredKind) => (name: string) => declarations.managed.by(kind, name);
  const users = createUserService({
    ...{ users: store.users, sessions, transaction, managedBy: managedBy("user") },
  });
  const tokens = createApiTokens(store);
  const idempotency = createIdempotency({ answers: store.answers, box });
  const instances = createInstanceService({
    ...{ ...store, uses, supervisor, dispatcher, logs, health: instanceHealth, directoryOf },
    ...{ trace: runtime.trace, webhooks: runtime.webhooks, webhookUrl: runtime.listener?.url ?? null },
    managedBy: managedBy("instance"),
  });
  const replaced = createReplacedLogins({
    ...{ logins: store.replacedLogins, accounts: store.accounts, http, warn },
  });
  started.defer(async () => replaced.close());
  void replaced.end();
  const accounts = createAccountService({
    ...store,
    replaced,
    running,
    supervisor,
    http,
    encryptions: runtime.encryptions,
    onOnline: (id) => void accountRooms.takeInvites(id),
    onLogin: (id) => accountProfile.learn(id),
    managedBy: managedBy("account"),
    warn,
  });
  const accountRooms = createAccountRooms({ accounts: store.accounts, http, warn });
  const accountEncryptions = createAccountEncryptions({
    ...{ accounts: store.accounts, encryptionOf: running.encryption, warn },
  });
  const accountProfile = createAccountProfile({
    ...{ accounts: store.accounts, http, warn },
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
    warn,
    ...(isDevelopment ? { watchMs: 0 } : {}),
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
    warn,
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
    ...{ configured, reread },
    sources: {
      ...{ store, secretKey: key, read: readApart },
      isBlocked: (accountId) => running.state(accountId).status === "blocked",
    },
    audit,
    onApplied() {
      for (const of of CHANGING) feed.publish({ kind: "changed", of });
    },
    log: (message) => log.info(message),
    warn,
  });
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
  const deaf = () => encryptionNotices({ accounts: store.accounts, encryptionOf: running.encryption });
  const notices = createNoticeService({
    health,
    overflows: store.overflows,
    ytDlp,
    sandbox: runtime.sandbox,
    plugins: plugins.list,
    backups: () => backupNotices(backups, backupSchedule()),
    encryption: deaf,
    alerts: () => alerts?.notices() ?? [],
    ...{ instances: store.instances, instanceHealth },
    webhooksServed: runtime.listener !== null,
    declared: declarations.notices,
  });

  const alerts = openAlerts({
    ...{ config, store, running, supervisor, dispatcher, logs, audit, history, backups, instanceHealth },
    backupNotices: () => backupNotices(backups, backupSchedule()),
    encryptionNotices: deaf,
    ...{ summary: summaryTimes, warn },
  });
  if (alerts) started.defer(async () => alerts.close());

  const guarded = {
    signIn: guardSignIn(signIn, managed),
    users: guardUsers(users, managed),
    accounts: guardAccounts(accounts, managed),
    plugins: guardPlugins(plugins, managed),
    instances: guardInstances(instances, managed),
  };
  return {
    ...{ upgrades, trust, declarations, alerts, backups, health, signIn, sessions, tokens, idempotency },
    /** What the configuration declares goes through these. */
    declaring: { users, plugins, accounts, instances },
    /** What the API serves: what is declared is changed in the file alone. */
    served: {
      ...guarded,
      ...{ sessions, tokens, audit, idempotency, feed, history, notices, health, backups, declarations },
      ...{
        accountRooms,
        accountProfile,
        accountEncryptions,
        accountSso: createAccountSso({ accounts, http }),
      },
      ...{ catalogue, staging: { ...staging, maxBytes: (2 * config.limits.databaseMb + 128) * MB } },
      copies: createInstanceCopies({
        ...{ ...store, service: guarded.instances, databases, staging, turns, directoryOf },
        databaseMb: config.limits.databaseMb,
      }),
      databases: createInstanceDatabaseService({ instances: store.instances, databases, turns, directoryOf }),
      files: createInstanceFileService({ instances: store.instances, filesOfAll: runtime.filesOfAll }),
      deliveries: createDeliveryService({ ...store, dispatcher, trace: runtime.trace }),
      usage: createUsage(supervisor),
      metrics: createMetrics({
        ...{ ...store, dispatcher, supervisor, webhooks: runtime.webhooks, requests: runtime.requests },
        ...{
          stateOf: running.state,
          encryptionOf: running.encryption,
          unreadOf: runtime.unreadOf,
          backups,
          health: instanceHealth,
          ytDlp,
        },
        disk: () => diskSpace(dataDir),
        registryBytes: () => fileBytes(registry, `${registry}-wal`),
      }),
      configuration: describeConfiguration(config, configured.origin),
    },
  };
}
