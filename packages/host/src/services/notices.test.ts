import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createInstanceHealth } from "../runtime/instance-health.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createNoticeService, overflowNotice } from "./notices.ts";
import type { PluginView } from "./plugins.ts";
import { createYtDlp } from "./yt-dlp.ts";

const FOUND = Promise.resolve({ bubblewrap: null, prlimit: null, missing: null });
const health = { problems: () => [], notices: () => [] };
const overflows = { list: () => [], isFull: () => false };

const WANTS_YT_DLP: PluginView = {
  ...{ id: "org.example.test", version: "1.0.0", sha256: "00", size: 1, granted: {}, refused: {} },
  ...{ installedAt: 1, uses: [], signer: null, signature: { state: "unsigned" }, etag: "" },
  manifest: {
    ...{ id: "org.example.test", version: "1.0.0", name: "Test", description: "A test", license: "MIT" },
    ...{ rookery: "*", main: "plugin.js", permissions: { programs: ["yt-dlp"] } },
  },
  ...{ missing: {}, instances: [], waiting: null, watchedUntil: null, previous: null, rolledBack: null },
  managed: null,
};

/** A host in which nobody has anything to tell. */
const QUIET: Parameters<typeof createNoticeService>[0] = {
  ...{ health, overflows, ytDlp: createYtDlp(undefined), plugins: () => [], sandbox: FOUND },
  ...{
    encryption: () => [],
    backups: () => [],
    alerts: () => [],
    declared: async () => [],
    webhooksServed: true,
  },
  ...{ instances: { list: () => [] }, instanceHealth: { of: () => [] } },
};

/** The notices of a host whose yt-dlp is this script; `null` where it has none. */
async function noticesWith(script: string | null, ytDlpWanted = true): Promise<string[]> {
  const path = join(temporaryDirectory(), "yt-dlp");
  if (script !== null) {
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  const ytDlp = createYtDlp(script === null ? undefined : { path });
  const plugins = () => (ytDlpWanted ? [WANTS_YT_DLP] : []);
  const notices = await createNoticeService({
    ...QUIET,
    ytDlp,
    plugins,
  }).list();
  expect(notices.every(({ remedy }) => remedy.includes("Install yt-dlp 2026.08.19"))).toBe(true);
  return notices.map(({ message }) => message);
}

test("a yt-dlp that is missing, too old or broken is told, where a plugin wants it", async () => {
  expect(await noticesWith(null)).toEqual(["yt-dlp is not installed, so Instagram links cannot be fetched."]);
  expect(await noticesWith("echo 2026.07.01")).toEqual(["yt-dlp 2026.07.01 is too old to read Instagram."]);
  expect(await noticesWith("exit 1")).toEqual([expect.stringMatching(/^yt-dlp at .* does not run\.$/)]);
  expect(await noticesWith(null, false)).toEqual([]);
});

test.each(["2026.08.19", "2026.08.19.1", "2026.10.01", "2027.01.01"])(
  "yt-dlp %s is no news",
  async (version) => {
    expect(await noticesWith(`echo ${version}`)).toEqual([]);
  },
);

test("that programs have no sandbox is told, where a plugin wants one and the operator did not say off", async () => {
  const missing = "bubblewrap is not installed.";
  const list = (found: string | null, plugins: PluginView[]) =>
    createNoticeService({
      ...QUIET,
      plugins: () => plugins,
      sandbox: Promise.resolve({ bubblewrap: null, prlimit: null, missing: found }),
    }).list();
  expect(await list(missing, [WANTS_YT_DLP])).toContainEqual(
    expect.objectContaining({
      message: "Plugins' programs have no sandbox: bubblewrap is not installed.",
      remedy: expect.stringContaining("Install bubblewrap"),
    }),
  );
  expect((await list(null, [WANTS_YT_DLP])).map(({ id }) => id)).toEqual(["yt-dlp"]);
  expect(await list(missing, [])).toEqual([]);
});

test.each([
  ["nothing listens and it is in use", false, ["one"], true],
  ["something listens", true, ["one"], false],
  ["nobody uses it", false, [], false],
])("a plugin with webhooks is a notice where %s", async (_when, webhooksServed, instances, told) => {
  const { manifest } = WANTS_YT_DLP;
  const plugin = {
    ...WANTS_YT_DLP,
    instances,
    manifest: { ...manifest, permissions: { webhooks: true as const } },
  };
  const service = createNoticeService({
    ...QUIET,
    plugins: () => [plugin],
    webhooksServed,
  });

  expect((await service.list()).map(({ message, remedy }) => `${message} ${remedy}`)).toEqual(
    told ? [expect.stringMatching(/^Test has webhooks, .* Set webhooks\.port in rookery\.yaml/)] : [],
  );
});

test("an inbox that is or was full is told with whose it is, how many were refused, and when", () => {
  const [since, lastAt] = [Date.UTC(2026, 10, 21, 3, 12, 59), Date.UTC(2026, 10, 21, 4)];
  const overflow = { instanceId: "hello", refused: 4_312, since, lastAt };
  expect(overflowNotice(overflow, true).message).toBe(
    "The inbox of hello is full: 4,312 events were refused since 2026-11-21 03:12 UTC, and so is what comes now.",
  );
  expect(overflowNotice({ ...overflow, refused: 1 }, false).message).toBe(
    "The inbox of hello was full: 1 event was refused from 2026-11-21 03:12 UTC to 2026-11-21 04:00 UTC.",
  );
});

test("what an instance looks after is a notice for as long as it is not well", async () => {
  const store = openTestStore();
  addInstances(store, ["one"]);
  const instanceHealth = createInstanceHealth(() => Date.UTC(2026, 10, 21, 3, 12));
  const service = createNoticeService({
    ...{ ...QUIET, instances: store.instances, instanceHealth },
  });
  instanceHealth.set("one", {
    check: "cookies",
    ok: false,
    message: "The cookies have expired: paste new ones.",
  });
  expect(await service.list()).toEqual([
    {
      id: "health:one:cookies",
      message: "one: The cookies have expired: paste new ones.",
      remedy: expect.stringContaining("since 2026-11-21 03:12 UTC"),
    },
  ]);
  instanceHealth.set("one", { check: "cookies", ok: true, message: "They hold until May." });
  expect(await service.list()).toEqual([]);
  instanceHealth.set("one", { check: "cookies", ok: false, message: "Expired." });
  instanceHealth.forget("one");
  expect(await service.list()).toEqual([]);
});
