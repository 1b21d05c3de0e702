import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDurations } from "../../durations.ts";
import type { AccountState } from "../../matrix/account-client.ts";
import { createHttpTally } from "../../matrix/http-tally.ts";
import { createInstanceHealth } from "../../runtime/instance-health.ts";
import { readMetrics } from "../../testing/read-metrics.ts";
import { addInstances, openTestStore } from "../../testing/store.ts";
import { createMetrics } from "./metrics.ts";

/** Over the real store, with instances that are idle. */
function setUp(
  ids: string[],
  {
    pluginIds = [] as string[],
    state = {} as Partial<AccountState>,
    lastBackupAt = null as number | null,
    ytDlpVersion = null as string | null,
  } = {},
) {
  const store = openTestStore();
  addInstances(store, ids);
  const requests = createHttpTally();
  const health = createInstanceHealth();
  const metrics = createMetrics({
    ...{ ...store, requests },
    encryptionOf: () => ({ state: { status: "unavailable", reason: "Its file is damaged." } }),
    unreadOf: () => ({ waiting: 2, unreadable: 3 }),
    stateOf: () => ({ status: "syncing", reason: null, lastSyncAt: 1_000, ...state }),
    now: () => 3_500,
    dispatcher: {
      counts: () => ({ received: 0, failed: 0 }),
      durations: () => createDurations().read(),
      allRunning: () => [],
    },
    supervisor: {
      observed: () => ({ status: "running", reason: null, since: 1 }),
      stats: () => ({ sent: 0, lastAt: null }),
      workers: () =>
        pluginIds.map((pluginId) => ({
          ...{ pluginId, instanceId: null, isRunning: true, residentBytes: 1, cpuSeconds: 1 },
          ends: new Map([["exit" as const, 2]]),
        })),
    },
    webhooks: { answers: () => [] },
    health,
    backups: { lastGoodAt: () => lastBackupAt },
    disk: () => ({ freeBytes: 250, sizeBytes: 1_000 }),
    registryBytes: () => 4_096,
    ytDlp: { version: async () => ytDlpVersion },
  });
  return { store, requests, health, metrics, read: async () => readMetrics(await metrics.text()) };
}

test("an account that can read no encrypted room is told by its encryption's status", async () => {
  const samples = await setUp(["one"]).read();
  expect(samples.filter(({ name }) => name === "rookery_account_encryption_status")).toEqual([
    expect.objectContaining({ labels: { account: "@bot:test", status: "unavailable" }, value: 1 }),
  ]);
});

test("no name of an instance or a plugin breaks the format", async () => {
  const hostile = [
    'a"} 1\nrookery_fake{x="',
    "back\\slash\\n",
    "}\n\n# TYPE x counter\n",
    "ünï{le=}",
    '"',
    "\\",
  ];
  const { read, store } = setUp(hostile, { pluginIds: hostile });
  const samples = await read();
  const bots = samples
    .filter(({ name }) => name === "rookery_instance_status")
    .map(({ labels }) => labels.bot);
  expect(bots.toSorted()).toEqual(hostile.toSorted());
  const plugins = samples.filter(({ name }) => name === "rookery_worker_running");
  expect(plugins.map(({ labels }) => labels.plugin)).toEqual(hostile);
  expect(samples.filter(({ name }) => name.includes("fake"))).toEqual([]);
  expect(store.instances.list()).toHaveLength(hostile.length);
});

test("every metric has a help text and a type, and a name by Prometheus' rules", async () => {
  const { metrics, read } = setUp(["one"], { pluginIds: ["org.example.test"] });
  const text = await metrics.text();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
  const helps = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name]) => name);
  expect(helps).toEqual([...types.keys()]);
  for (const [name = "", type] of types) {
    expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
    if (type === "histogram") expect(name).toMatch(/_seconds$/);
  }
  const families = (await read()).map(({ name }) => name.replace(/_(bucket|sum|count)$/, ""));
  expect(families.filter((name) => !types.has(name))).toEqual([]);
});

test("labels are those that the operator named or a table lists, and no others", async () => {
  const { read } = setUp(["one"], { pluginIds: ["org.example.test"] });
  const labels = new Set((await read()).flatMap(({ labels }) => Object.keys(labels)));
  expect([...labels].toSorted()).toEqual([
    ...["account", "bot", "kind", "le", "node", "plugin", "reason", "status", "version"],
  ]);
});

test("an account that never synced has no age, and one that did has its own", async () => {
  const age = async (state: Partial<AccountState>) =>
    (await setUp([], { state }).read()).find(({ name }) => name === "rookery_account_last_sync_age_seconds");
  expect(await age({})).toMatchObject({ labels: { account: "@bot:test" }, value: 2.5 });
  expect(await age({ status: "connecting", lastSyncAt: null })).toBeUndefined();
});

test("what an account cannot read is told, for now and for good", async () => {
  const samples = await setUp([]).read();
  const of = (name: string) => samples.find((sample) => sample.name === name);
  expect(of("rookery_account_events_awaiting_keys")).toMatchObject({
    labels: { account: "@bot:test" },
    value: 2,
  });
  expect(of("rookery_account_undecryptable_events_total")).toMatchObject({ value: 3 });
});

test("when the newest backup was made is told, and nothing where there is none", async () => {
  const name = "rookery_backup_last_success_timestamp_seconds";
  const of = async (lastBackupAt: number | null) =>
    (await setUp([], { lastBackupAt }).read()).filter((sample) => sample.name === name);
  expect(await of(1_500)).toEqual([{ name, labels: {}, value: 1.5 }]);
  expect(await of(null)).toEqual([]);
});

test("what is free on the disk, how large the registry is, and how often homeservers were asked too much, are told", async () => {
  const { requests, read } = setUp([]);
  for (const status of [200, 429, 429]) requests.answered("request", status, 1);
  const samples = await read();
  const value = (name: string) => samples.find((sample) => sample.name === name)?.value;
  expect(value("rookery_disk_free_bytes")).toBe(250);
  expect(value("rookery_disk_size_bytes")).toBe(1_000);
  expect(value("rookery_registry_size_bytes")).toBe(4_096);
  expect(value("rookery_homeserver_rate_limits_total")).toBe(2);
});

test.each([
  ["2026.08.19", Date.UTC(2026, 7, 19) / 1_000],
  ["2026.10.01.232815", Date.UTC(2026, 9, 1) / 1_000],
  ["nightly", undefined],
  [null, undefined],
])("the release of yt-dlp %s is told by its day", async (ytDlpVersion, at) => {
  const samples = await setUp([], { ytDlpVersion }).read();
  expect(samples.find(({ name }) => name === "rookery_yt_dlp_release_timestamp_seconds")?.value).toBe(at);
});

test.each(["grafana/rookery.json", "prometheus/rookery.rules.yml"])(
  "every metric that deploy/%s looks at is there",
  async (file) => {
    const text = readFileSync(join(import.meta.dirname, "../../../../../deploy", file), "utf8");
    const named = new Set(text.match(/\b(rookery|process|nodejs)_[a-z_]+/g));
    const metrics = await setUp(["one"], { pluginIds: ["org.example.test"] }).metrics.text();
    const there = [...metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((name) => !there.includes(name))).toEqual([]);
  },
);
test("what an instance looks after is counted, under no name of its own", async () => {
  const { read, health } = setUp(["one", "two"]);
  health.set("one", { check: "feed", ok: true, message: "" });
  health.set("one", { check: "cookies", ok: false, message: "They expired." });
  const samples = (await read()).filter(({ name }) => name === "rookery_instance_health_checks");
  expect(samples.map(({ labels, value }) => [labels, value])).toEqual([
    [{ bot: "one", state: "ok" }, 1],
    [{ bot: "one", state: "failing" }, 1],
  ]);
});
