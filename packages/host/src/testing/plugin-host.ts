import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { onTestFinished } from "vitest";
import { findAssets } from "../assets.ts";
import { readBundle } from "../bundle/index.ts";
import { writeBundle } from "../bundle/write-bundle.ts";
import type { Config } from "../config/config.ts";
import { createSupervisor } from "../runtime/supervisor.ts";
import { createTurns } from "../runtime/turns.ts";
import { createPluginService } from "../services/plugins.ts";
import { createTrust } from "../services/trust.ts";
import { createUpgrades } from "../services/upgrades.ts";
import { createBundleStore } from "../store/bundles.ts";
import { createSnapshotStore } from "../store/snapshots.ts";
import { eventually } from "./eventually.ts";
import { openTestRuntime } from "./runtime.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import { pluginCode } from "./worker.ts";

export const PLUGIN = "org.example.test";

/** A bundle of the test's plugin, with this as the body of `setup(bot)`. */
export function bundleOf(
  version: string,
  setup: string,
  more: Partial<Manifest> = {},
  signWith?: KeyObject,
): Buffer {
  return bundleWith(version, pluginCode(setup), more, signWith);
}

/** A bundle of the test's plugin with code of its own. */
export function bundleWith(
  version: string,
  code: string,
  more: Partial<Manifest> = {},
  signWith?: KeyObject,
): Buffer {
  const about = {
    ...{ name: "Test", description: "A test", license: "MIT", rookery: "*", main: "plugin.js" as const },
  };
  const manifest = { id: PLUGIN, version, ...about, ...more };
  return writeBundle({ manifest, code, ...(signWith ? { signWith } : {}) });
}

/**
 * The plugin service over real workers and a real homeserver, with Ada in a room with the bot.
 *
 * @param ids instances of the plugin, in the bot's account
 */
export async function openPluginHost(
  ids: string[],
  first: Buffer,
  {
    answerTimeoutMs = 20_000,
    trustedKeys = {},
    requireSignature = false,
    pingDeadlineMs = 10_000,
    publishAfterMs = 60_000,
    ...times
  }: {
    watchMs?: number;
    retryMs?: number;
    answerTimeoutMs?: number;
    pingDeadlineMs?: number;
    publishAfterMs?: number;
  } & Partial<Pick<Config, "trustedKeys" | "requireSignature">> = {},
) {
  const runtime = await openTestRuntime([], {
    ...{ answerTimeoutMs, publishAfterMs },
    onFailed: ({ instanceId, eventId }, error) => supervisor.failed(instanceId, eventId, error),
  });
  const {
    store,
    dispatcher,
    subscriptions,
    schedules,
    webhooks,
    logs,
    uses,
    openScope,
    running,
    directoryOf,
    ada,
    bot,
    roomId,
  } = runtime;
  const dataDir = temporaryDirectory();
  const bundles = createBundleStore(join(dataDir, "bundles"));
  const warnings: string[] = [];
  const turns = createTurns();
  const trust = createTrust({ trustedKeys, requireSignature });
  const supervisor = createSupervisor({
    ...{
      instances: store.instances,
      plugins: store.plugins,
      dispatcher,
      subscriptions,
      schedules,
      webhooks,
      logs,
      openScope,
    },
    worker: {
      ...{ file: findAssets().worker, memoryMb: 32, pingIntervalMs: 50, pingDeadlineMs },
      ...{ cpuPercent: 100, messagesPerSecond: 100_000 },
      onOutput: () => undefined,
      onUnexpected: (method, error) => warnings.push(`${method}: ${error}`),
    },
    readCode: async ({ sha256 }) => readBundle(await bundles.read(sha256)).code,
    accountBlocked: () => null,
    pluginHeld: (plugin) => upgrades.held(plugin.id) ?? trust.refusal(plugin),
    onCrashed: (id, reason) => upgrades.crashed(id, reason),
    senderName: (_instance, room, userId) => running.names("account")?.get(room, userId) ?? null,
  });
  const upgrades = createUpgrades({
    ...store,
    ...{ bundles, supervisor, turns, logs, ...times },
    snapshots: createSnapshotStore(join(dataDir, "snapshots"), directoryOf),
    warn: (message) => void warnings.push(message),
  });
  const read = (bytes: Buffer) => readBundle(bytes);
  const plugins = createPluginService({ ...store, uses, bundles, supervisor, upgrades, turns, trust, read });
  onTestFinished(async () => {
    upgrades.close();
    await supervisor.stopAll(0);
    await turns.idle();
  });

  store.plugins.remove(PLUGIN);
  await plugins.install(first);
  for (const id of ids) {
    store.instances.insert({
      id,
      pluginId: PLUGIN,
      accountId: "account",
      config: {},
      enabled: true,
      createdAt: 1,
    });
    await supervisor.reconcile(id);
  }
  const answers = async () =>
    (await ada.messages(roomId))
      .filter(({ sender }) => sender === bot.userId)
      .map(({ body }) => String(body));

  return {
    ...{ ...runtime, dataDir, supervisor, upgrades, plugins, warnings, answers },
    view() {
      const [plugin] = plugins.list();
      if (!plugin) throw new Error("The plugin is not there.");
      return plugin;
    },
    /** Ada says it; gives all that the bot has said when it has said this often something. */
    async ask(body: string, count: number) {
      await ada.say(roomId, body);
      return eventually(
        `${count} answers`,
        async () => {
          const said = await answers();
          return said.length >= count && said;
        },
        60_000,
      );
    },
  };
}
