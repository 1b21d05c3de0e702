import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBundle } from "../bundle/index.ts";
import { createInstanceLogs } from "../runtime/instance-log.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import { createTurns } from "../runtime/turns.ts";
import { createBundleStore } from "../store/bundles.ts";
import { createKeyValueStore } from "../store/key-value.ts";
import { createSnapshotStore } from "../store/snapshots.ts";
import { eventually } from "../testing/eventually.ts";
import { bundleOf, PLUGIN } from "../testing/plugin-host.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createPluginService } from "./plugins.ts";
import { createTrust } from "./trust.ts";
import { createUpgrades } from "./upgrades.ts";

const schemaWith = (name: string) => ({
  ...{ type: "object", additionalProperties: false },
  properties: { v1: { default: true }, [name]: { default: true } },
});
const V1 = bundleOf("1.0.0", "", { configSchema: schemaWith("v1") });
const V2 = bundleOf("2.0.0", "", { configSchema: schemaWith("v2") });
const IDS = ["one", "two"];

/** The host's death: from the call with this number on, nothing that it does reaches the disk. */
function createDeath(atCall: number) {
  let calls = 0;
  const death = {
    get dead() {
      return calls >= atCall;
    },
    step() {
      calls++;
      if (death.dead) throw new Error("The host is dead.");
    },
    /** The same object, whose methods die. */
    of<T extends object>(target: T): T {
      return new Proxy(target, {
        get(from, name) {
          const found = Reflect.get(from, name) as unknown;
          if (typeof found !== "function") return found;
          return (...args: unknown[]) => {
            death.step();
            return (found as (...args: unknown[]) => unknown)(...args);
          };
        },
      });
    },
  };
  return death;
}

/**
 * A host over a data directory, real but for the workers: an instance that starts looks whether its
 * config and its database are those of its version, and leaves its mark in the database.
 */
function boot(dataDir: string, { bad = false, watchMs = 60_000, dieAt = Number.POSITIVE_INFINITY } = {}) {
  const store = openTestStore(join(dataDir, "rookery.db"));
  const death = createDeath(dieAt);
  const directory = (id: string) => join(dataDir, "instances", id);
  const mixtures: string[] = [];
  const running = new Map<string, number>();

  function keys(id: string): string[] {
    const data = createKeyValueStore(join(directory(id), "store.db"));
    const found = data.list("", 10).map(({ key }) => key);
    data.close();
    return found;
  }

  function start(id: string): void {
    const version = store.plugins.get(PLUGIN)?.version === "1.0.0" ? "v1" : "v2";
    if (death.dead || upgrades.held(PLUGIN) !== null) return;
    const config = Object.keys(store.instances.get(id)?.config ?? {});
    const found = keys(id);
    if (config.includes("v2") !== (version === "v2")) mixtures.push(`${version} with config of ${config}`);
    if (version === "v1" && found.includes("v2")) mixtures.push(`${version} on data of ${found}`);
    const data = createKeyValueStore(join(directory(id), "store.db"));
    data.set(version, "1");
    data.close();
    if (bad && version === "v2") upgrades.crashed(id, "It is bad.");
    else running.set(id, Date.now());
  }

  const supervisor: Pick<Supervisor, "whileStopped" | "observed" | "restart" | "regrant"> = {
    async whileStopped(_pluginId, work) {
      const ran = [...running.keys()];
      running.clear();
      try {
        await work(ran);
      } finally {
        for (const id of IDS) start(id);
      }
    },
    observed: (id) => ({
      ...{ status: running.has(id) ? "running" : "crashed", reason: null, since: running.get(id) ?? 0 },
    }),
    restart: () => Promise.resolve(),
    regrant: () => Promise.resolve(),
  };
  const mortal = {
    instances: death.of(store.instances),
    plugins: death.of(store.plugins),
    versions: death.of(store.versions),
    bundles: death.of(createBundleStore(join(dataDir, "bundles"))),
    transaction<T>(write: () => T): T {
      death.step();
      return store.transaction(write);
    },
  };
  const directoryOf = (id: string) => {
    death.step();
    return directory(id);
  };
  const turns = createTurns();
  const upgrades = createUpgrades({
    ...{ ...mortal, supervisor, turns, watchMs },
    snapshots: death.of(createSnapshotStore(join(dataDir, "snapshots"), directoryOf)),
    logs: createInstanceLogs(() => undefined),
    warn: () => undefined,
  });
  const read = (bytes: Buffer) => readBundle(bytes);
  const uses = { ofPlugin: () => [] };
  const trust = createTrust({ trustedKeys: {}, requireSignature: false });
  const plugins = createPluginService({ ...mortal, uses, supervisor, upgrades, turns, trust, read });

  return {
    ...{ store, death, plugins, upgrades, keys, mixtures, dataDirectory: dataDir },
    async begin() {
      await upgrades.recover();
      for (const id of IDS) start(id);
      await turns.idle();
    },
    /** What a host that runs on until nothing is under way leaves. */
    state() {
      const { version, sha256 } = store.plugins.get(PLUGIN) ?? {};
      const shas = [sha256, store.versions.get(PLUGIN, "previous")?.sha256].filter(
        (sha) => sha !== undefined,
      );
      expect(readdirSync(join(dataDir, "bundles")).sort()).toEqual(shas.map((sha) => `${sha}.mbp`).sort());
      expect(existsSync(join(dataDir, "snapshots", PLUGIN))).toBe(false);
      expect([...running.keys()]).toEqual(IDS);
      return {
        version,
        keys: IDS.map((id) => keys(id).join()),
        configs: IDS.map((id) => Object.keys(store.instances.get(id)?.config ?? {}).join()),
      };
    },
  };
}

/** A data directory with two instances that ran on 1.0.0. */
async function firstVersion(): Promise<string> {
  const dataDir = temporaryDirectory();
  const host = boot(dataDir);
  addInstances(host.store, []);
  host.store.plugins.remove(PLUGIN);
  await host.plugins.install(V1);
  for (const id of IDS) {
    const config = { v1: true };
    host.store.instances.insert({
      id,
      pluginId: PLUGIN,
      accountId: "account",
      config,
      enabled: true,
      createdAt: 1,
    });
  }
  await host.begin();
  host.upgrades.close();
  host.store.close();
  return dataDir;
}

const OLD = { version: "1.0.0", keys: ["v1", "v1"], configs: ["v1", "v1"] };
const NEW = { version: "2.0.0", keys: ["v1,v2", "v1,v2"], configs: ["v1,v2", "v1,v2"] };
const trusted = (host: ReturnType<typeof boot>) => () =>
  host.store.versions.get(PLUGIN, "previous") !== undefined;

/**
 * Runs a story with a host that dies at its first call, at its second, and so on, until one lives to
 * the end of it; each time another host goes on with what the dead one left.
 */
async function killEverywhere(
  options: { bad?: boolean; watchMs?: number },
  story: (host: ReturnType<typeof boot>) => Promise<unknown>,
  after: (host: ReturnType<typeof boot>) => Promise<void>,
): Promise<number> {
  const made = await firstVersion();
  for (let dieAt = 1; ; dieAt++) {
    const dataDir = temporaryDirectory();
    cpSync(made, dataDir, { recursive: true });
    const first = boot(dataDir, { ...options, dieAt });
    await first.begin().catch(() => undefined);
    await story(first).catch((error: unknown) => {
      if (!first.death.dead && !options.bad) throw error;
    });
    const lived = !first.death.dead;
    expect(first.mixtures).toEqual([]);

    const second = boot(dataDir, options);
    await second.begin();
    await after(second);
    expect(second.mixtures).toEqual([]);
    if (lived) return dieAt;
  }
}

const ended = (host: ReturnType<typeof boot>, look: () => boolean) =>
  eventually("the end, or the host's death", () => host.death.dead || look());

test("killed anywhere on the way to a good version, it is the old one or the new one, and becomes the new one", async () => {
  const points = await killEverywhere(
    { watchMs: 1 },
    async (host) => {
      await host.plugins.install(V2);
      await ended(host, trusted(host));
    },
    async (host) => {
      if (host.store.plugins.get(PLUGIN)?.version === "1.0.0") {
        expect(host.state()).toEqual(OLD);
        await host.plugins.install(V2);
      }
      await eventually("the trust", trusted(host));
      await eventually("the end", () => !existsSync(join(host.dataDirectory, "snapshots", PLUGIN)));
      expect(host.state()).toEqual(NEW);
    },
  );
  expect(points).toBeGreaterThan(30);
}, 60_000);

test("killed anywhere on the way to a bad version and back, it comes back to the old one, on its own data", async () => {
  const points = await killEverywhere(
    { bad: true },
    (host) => host.plugins.install(V2),
    async (host) => expect(host.state()).toEqual(OLD),
  );
  expect(points).toBeGreaterThan(50);
}, 60_000);

test("killed anywhere on the way back by hand, it is the new one, watched, or the old one on its own data", async () => {
  let back = 0;
  const points = await killEverywhere(
    {},
    async (host) => {
      await host.plugins.install(V2);
      await host.plugins.rollBack(PLUGIN);
    },
    async (host) => {
      if (host.store.plugins.get(PLUGIN)?.version === "2.0.0") {
        expect(host.plugins.list()[0]?.previous).toMatchObject({ version: "1.0.0", databases: true });
        await host.plugins.rollBack(PLUGIN);
        back++;
      }
      expect(host.state()).toEqual(OLD);
    },
  );
  expect(points).toBeGreaterThan(50);
  expect(back).toBeGreaterThan(10);
}, 60_000);

test("a version under which the host itself dies three times is rolled back", async () => {
  const dataDir = await firstVersion();
  const first = boot(dataDir);
  await first.begin();
  await first.plugins.install(V2);
  for (const version of ["2.0.0", "2.0.0", "1.0.0"]) {
    const next = boot(dataDir);
    await next.begin();
    expect(next.store.plugins.get(PLUGIN)?.version).toBe(version);
    if (version === "1.0.0") expect(next.state()).toEqual(OLD);
  }
});

test("hosts that are stopped as they should be may be started as often as one likes", async () => {
  const dataDir = await firstVersion();
  const first = boot(dataDir);
  await first.begin();
  await first.plugins.install(V2);
  for (let start = 0; start < 5; start++) {
    const next = boot(dataDir);
    await next.begin();
    expect(next.store.plugins.get(PLUGIN)?.version).toBe("2.0.0");
    next.upgrades.close();
  }
});

test("while the old version cannot be put back, nothing of the plugin starts; the next start goes on with it", async () => {
  const dataDir = await firstVersion();
  const first = boot(dataDir);
  await first.begin();
  await first.plugins.install(V2);
  // The host dies in the middle of putting back: one instance's data are old, the other's new.
  const replaced = first.store.versions.get(PLUGIN, "replaced");
  if (!replaced) throw new Error("Nothing is watched.");
  first.store.versions.put({ ...replaced, reason: "It is bad." });
  await createSnapshotStore(join(dataDir, "snapshots"), (id) => join(dataDir, "instances", id)).restore(
    ...([PLUGIN, replaced.sha256, ["one"]] as const),
  );
  const waits = boot(dataDir);
  expect(waits.upgrades.held(PLUGIN)).toBe("Version 1.0.0 is being put back: It is bad.");
  await expect(waits.plugins.install(bundleOf("3.0.0", ""))).rejects.toMatchObject({ code: "CONFLICT" });
  await waits.begin();
  expect(waits.state()).toEqual(OLD);
  expect(waits.store.versions.get(PLUGIN, "rolled-back")).toMatchObject({
    version: "2.0.0",
    reason: "It is bad.",
  });
});
