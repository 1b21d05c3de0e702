import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findAssets } from "../assets.ts";
import type { ProgramConfig } from "../config/config.ts";
import { createAccounts } from "../runtime/accounts.ts";
import { createDatabases } from "../runtime/databases.ts";
import { createDispatcher, type DispatcherOptions } from "../runtime/dispatcher.ts";
import { createEncryptionPlaces } from "../runtime/encryption-places.ts";
import { createFilesOfAll } from "../runtime/files-of-all.ts";
import { createInstanceHealth } from "../runtime/instance-health.ts";
import { createInstanceLogs } from "../runtime/instance-log.ts";
import { createIntake } from "../runtime/intake.ts";
import { createNetwork } from "../runtime/network.ts";
import { createPermissionUses } from "../runtime/permission-use.ts";
import { createPictures } from "../runtime/pictures.ts";
import { createPrograms } from "../runtime/programs.ts";
import { findSandbox } from "../runtime/sandbox.ts";
import { createSchedules } from "../runtime/schedules.ts";
import { createScopeFactory } from "../runtime/scopes.ts";
import { createSubscriptionTable } from "../runtime/subscriptions.ts";
import { createWebhooks } from "../runtime/webhooks.ts";
import {
  createTestHttp,
  register,
  SLACK,
  slackbot,
  slackbotWithoutDevice,
  startTestHomeserver,
} from "./homeserver.ts";
import { addInstances, openTestStore } from "./store.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A decoder that starts on a busy machine has the time that it needs. */
const PATIENT_MS = 10_000;

/**
 * All that lies under instances, real from the store to the homeserver: a bot that is in a room with
 * Ada, and instances of it, as rows, in its account.
 */
export async function openTestRuntime(
  ids: string[],
  {
    programs = {},
    isAppservice = false,
    onFailed = (_entry, error) => error,
    answerTimeoutMs = 20_000,
    previewPatienceMs = PATIENT_MS,
    publishAfterMs = 60_000,
  }: {
    programs?: Record<string, ProgramConfig>;
    /** The bot is an application service's sender. */
    isAppservice?: boolean | "no device";
    onFailed?: DispatcherOptions["onFailed"];
    answerTimeoutMs?: number;
    previewPatienceMs?: number;
    /** How long after its first sync the bot's keys are told. */
    publishAfterMs?: number;
  } = {},
) {
  const http = createTestHttp();
  const homeserver = await startTestHomeserver(isAppservice ? { appservices: [SLACK] } : {});
  const ada = await register(homeserver, http, "ada");
  const login = async () => {
    if (!isAppservice) return await register(homeserver, http, "bot");
    return isAppservice === "no device"
      ? slackbotWithoutDevice(homeserver, http)
      : await slackbot(homeserver, http);
  };
  const bot = await login();
  const roomId = await ada.room([bot]);

  const store = openTestStore();
  addInstances(store, ids);
  const { userId, deviceId, accessToken, serviceToken } = bot;
  // Its user ID is fixed once it is stored.
  if (isAppservice) store.db.prepare("UPDATE account SET user_id = ?").run(userId);
  store.accounts.setLogin({
    ...{ id: "account", userId, deviceId, accessToken, serviceToken, homeserverUrl: homeserver.url },
  });
  const account = store.accounts.get("account");
  if (!account) throw new Error("The account was not stored.");

  const errors: string[] = [];
  const onError = (message: string) => void errors.push(message);
  const dispatcher = createDispatcher({
    inbox: store.inbox,
    onFailed,
    onUnwritable: (error) => onError(String(error)),
  });
  const subscriptions = createSubscriptionTable();
  const schedules = createSchedules({
    ...{ store: store.schedules, isWaiting: dispatcher.isWaiting, onStored: dispatcher.arrived, onError },
  });
  const webhooks = createWebhooks({
    ...{ store: store.webhooks, onStored: dispatcher.arrived, onError, answerTimeoutMs },
    onUsed: (instanceId) => uses.note(instanceId, "webhooks", null),
    onFailed: (instanceId, webhook, error) =>
      void onFailed({ instanceId, eventId: webhook } as Parameters<typeof onFailed>[0], error),
  });
  const intake = createIntake({
    ...{ inbox: store.inbox, subscriptions, onStored: dispatcher.arrived, onError },
    isOwn: (userId) => running.isOwn(userId) || store.impersonated.has(userId),
  });
  const encryptions = createEncryptionPlaces({
    ...{ directory: temporaryDirectory(), worker: findAssets().cryptoWorker },
    ...{ accounts: store.accounts, rooms: store.encryptedRooms, publishAfterMs },
  });
  const running = createAccounts({ http, intake, encryptions, onBlocked: () => undefined, onError });
  running.start(account);
  const logs = createInstanceLogs(() => undefined);
  const health = createInstanceHealth();
  const network = createNetwork({});
  const dataDir = temporaryDirectory();
  const directoryOf = (id: string) => join(dataDir, id);
  const databases = createDatabases({ file: findAssets().database, directory: dataDir, megabytes: 8 });
  const pictures = createPictures({ file: findAssets().pictures, deadlineMs: PATIENT_MS });
  // Nothing is tried where nothing runs: most tests have no programs.
  const mode = Object.keys(programs).length > 0 ? "auto" : "off";
  const sandbox = findSandbox({ mode, path: process.env.PATH ?? "", dataDir });
  const uses = createPermissionUses({ store: store.uses, onUnwritable: (error) => onError(String(error)) });
  const openScope = createScopeFactory({
    ...{
      ...store,
      uses,
      subscriptions,
      running,
      dispatcher,
      webhooks,
      logs,
      health,
      http,
      network,
      databases,
      pictures,
      directoryOf,
    },
    programs: createPrograms(programs, { mode, sandbox }),
    previewPatienceMs,
    limits: { writesPerSecond: 10_000, logLinesPerSecond: 10_000 },
    filesOfAll: createFilesOfAll(64 * 1024 * 1024),
  });
  onTestFinished(async () => {
    schedules.close();
    await running.close();
    await databases.close();
    await pictures.close();
    dispatcher.close();
    uses.close();
    await network.close();
  });
  return {
    ...{
      homeserver,
      http,
      ada,
      bot,
      roomId,
      store,
      dispatcher,
      subscriptions,
      running,
      logs,
      health,
      directoryOf,
    },
    ...{ schedules, webhooks, openScope, errors, uses, pictures },
  };
}
