import { existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Type } from "typebox";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { bundleOf, bundleWith, openPluginHost, PLUGIN } from "../testing/plugin-host.ts";
import { upgradeNotices } from "./notices.ts";

/** A version that leaves a key in the store, answers with its name, and tells what is in the store. */
const setupOf = (name: string, more = "", echo = `ctx.reply("${name} " + ctx.args.n)`) => `
  await bot.store.set("key of ${name}", true);
  bot.command("echo", { description: "", args: { n: Type.String() } }, (ctx) => ${echo});
  bot.command("keys", "", async (ctx) => ctx.reply((await bot.store.list()).map(({ key }) => key).join(", ")));
  ${more}`;
const HEAP_BOMB = "{ const kept = []; while (true) kept.push({}); }";
const V1 = bundleOf("1.0.0", setupOf("v1"));
const V2 = bundleOf("2.0.0", setupOf("v2"));
const configSchema = (properties: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(Type.Object(properties as never, { additionalProperties: false }))) as Record<
    string,
    unknown
  >;

test("every command of a stream is answered once and in order, while versions go back and forth", async () => {
  const host = await openPluginHost(["one"], V1);
  const said: string[] = [];
  let speaking = true;
  const speaker = (async () => {
    for (let n = 1; speaking; n++) {
      await host.ada.say(host.roomId, `!echo ${n}`);
      said.push(String(n));
      // A stream, and no flood: it is the upgrades that are tried here.
      await delay(20);
    }
  })();
  for (const bundle of [V2, V1, V2, V1]) {
    const answered = (await host.answers()).length;
    const { plugin } = await host.plugins.install(bundle);
    expect(plugin.sha256).toBe(host.view().sha256);
    await eventually("answers of the new version", async () => (await host.answers()).length > answered + 10);
  }
  speaking = false;
  await speaker;
  const answers = await eventually(
    `${said.length} answers`,
    async () => {
      const found = await host.answers();
      return found.length >= said.length && found;
    },
    60_000,
  );
  expect(answers.map((answer) => answer.split(" ")[1])).toEqual(said);
  expect(new Set(answers.map((answer) => answer.split(" ")[0]))).toEqual(new Set(["v1", "v2"]));
  expect(host.supervisor.observed("one").status).toBe("running");
}, 120_000);

test("a handler that runs when the upgrade comes ends on the old version; what waits runs on the new", async () => {
  const slow = bundleOf(
    "1.0.0",
    setupOf(
      "v1",
      'bot.command("slow", "", async (ctx) => { await new Promise((go) => setTimeout(go, 1_500)); await ctx.reply("slow v1"); });',
    ),
  );
  const host = await openPluginHost(["one"], slow);
  await host.ada.say(host.roomId, "!slow");
  await eventually("the handler to run", () => host.dispatcher.counts("one").received === 1);
  const upgraded = host.plugins.install(V2);
  expect(await host.ask("!echo 1", 2)).toEqual(["slow v1", "v2 1"]);
  await upgraded;
});

const STARTS_NOT = setupOf("v2", 'throw new Error("no greeting");');
const DIES = setupOf("v2", "", HEAP_BOMB);
const BURSTS = setupOf("v2", `setTimeout(() => ${HEAP_BOMB}, 2_000);`);

test("a version whose setup throws is refused with its reason, and the old one goes on as it was", async () => {
  const host = await openPluginHost(["one", "two"], V1);
  const before = host.view();
  await expect(host.plugins.install(bundleOf("2.0.0", STARTS_NOT))).rejects.toMatchObject({
    code: "PLUGIN_START_FAILED",
    message: "Version 2.0.0 did not stay well, so the one before goes on: It did not start: no greeting.",
  });
  const rolledBack = expect.objectContaining({ version: "2.0.0" });
  expect(host.view()).toEqual({ ...before, rolledBack, etag: expect.any(String) });
  expect((await host.ask("!echo 1", 2)).sort()).toEqual(["v1 1", "v1 1"]);
  expect((await host.ask("!keys", 4)).slice(2)).toEqual(["key of v1", "key of v1"]);
  expect(upgradeNotices(host.view())).toMatchObject([
    { message: "Test 2.0.0 was rolled back to 1.0.0.", remedy: expect.stringContaining("no greeting") },
  ]);
  expect(host.logs.lines("one").at(-1)?.message).toContain("Version 2.0.0 was rolled back to 1.0.0");
  expect(readdirSync(join(host.dataDir, "bundles"))).toEqual([`${before.sha256}.mbp`]);
  expect(existsSync(join(host.dataDir, "snapshots", PLUGIN))).toBe(false);

  await host.plugins.dismiss(PLUGIN);
  expect(host.view()).toEqual(before);
});

test("a version that dies of its first command goes; the old one answers that command, on its own data", async () => {
  const host = await openPluginHost(
    ["one"],
    bundleOf("1.0.0", setupOf("v1"), { configSchema: configSchema({}) }),
  );
  const next = bundleOf("2.0.0", DIES, {
    configSchema: configSchema({ added: Type.String({ default: "x" }) }),
  });
  await host.plugins.install(next);
  expect(host.view()).toMatchObject({ version: "2.0.0", previous: { version: "1.0.0", databases: true } });
  expect(host.store.instances.get("one")?.config).toEqual({ added: "x" });

  expect(await host.ask("!echo 1", 1)).toEqual(["v1 1"]);
  expect(host.view()).toMatchObject({ version: "1.0.0", previous: null, watchedUntil: null });
  expect(host.view().rolledBack?.reason).toBe("Its worker ran out of memory (32 MB).");
  expect(host.store.instances.get("one")?.config).toEqual({});
  expect((await host.ask("!keys", 2)).at(-1)).toBe("key of v1");
});

test("the plugin's own database goes back, too, with the migrations that the failed version ran", async () => {
  const noting = (name: string, migrations: string[], more = "") => `
    const { definePlugin } = require("@rookery/plugin-sdk");
    module.exports.default = definePlugin({
      migrations: ${JSON.stringify(migrations)},
      setup(bot) {
        bot.database.run("INSERT INTO note (text) VALUES (?)", "${name}");
        bot.command("notes", "", (ctx) =>
          ctx.reply(bot.database.all("SELECT * FROM note").map((row) => Object.values(row).join()).join(" ")));
        ${more}
      },
    });`;
  const create = "CREATE TABLE note (text TEXT)";
  const widen = "ALTER TABLE note ADD COLUMN at INTEGER DEFAULT 7";
  const host = await openPluginHost(["one"], bundleWith("1.0.0", noting("v1", [create])));
  const dying = noting("v2", [create, widen], `bot.command("die", "", () => ${HEAP_BOMB});`);
  await host.plugins.install(bundleWith("2.0.0", dying));
  expect(await host.ask("!notes", 1)).toEqual(["v1,7 v2,7"]);
  await host.ada.say(host.roomId, "!die");
  await eventually("the way back", () => host.view().version === "1.0.0");
  expect((await host.ask("!notes", 2)).at(-1)).toBe("v1 v1");

  const stopsInMigration = noting("v3", [create, "ALTER TABLE nothing ADD COLUMN at INTEGER"]);
  await expect(host.plugins.install(bundleWith("3.0.0", stopsInMigration))).rejects.toMatchObject({
    code: "PLUGIN_START_FAILED",
  });
  expect((await host.ask("!notes", 3)).at(-1)).toBe("v1 v1 v1");
});

test("a version that answers and then bursts goes; what it answered stays answered", async () => {
  const host = await openPluginHost(["one"], V1);
  await host.plugins.install(bundleOf("2.0.0", BURSTS));
  expect(await host.ask("!echo 1", 1)).toEqual(["v2 1"]);
  await eventually("the way back", () => host.view().version === "1.0.0");
  expect(await host.ask("!echo 2", 2)).toEqual(["v2 1", "v1 2"]);
  expect((await host.ask("!keys", 3)).at(-1)).toBe("key of v1");
}, 60_000);

test("a version that stays well is trusted: the snapshot goes, and one earlier bundle is kept", async () => {
  const host = await openPluginHost(["one"], V1, { watchMs: 100 });
  const { sha256: first } = host.view();
  await host.plugins.install(V2);
  const { sha256: second } = host.view();
  await eventually("the trust", () => host.view().watchedUntil === null);
  await eventually("the snapshot to go", () => !existsSync(join(host.dataDir, "snapshots", PLUGIN)));
  expect(host.view().previous).toMatchObject({ version: "1.0.0", databases: false });
  expect(readdirSync(join(host.dataDir, "bundles")).sort()).toEqual([`${first}.mbp`, `${second}.mbp`].sort());

  await host.plugins.install(bundleOf("3.0.0", setupOf("v3")));
  await eventually("the trust", () => host.view().watchedUntil === null);
  const { sha256: third } = host.view();
  await eventually("the oldest bundle to go", () => readdirSync(join(host.dataDir, "bundles")).length === 2);
  expect(readdirSync(join(host.dataDir, "bundles")).sort()).toEqual([`${second}.mbp`, `${third}.mbp`].sort());
});

test("going back by hand brings back databases while the version is watched, and its config at any time", async () => {
  const one = bundleOf("1.0.0", setupOf("v1"), {
    configSchema: configSchema({ old: Type.String({ default: "o" }) }),
  });
  const two = bundleOf("2.0.0", setupOf("v2"), {
    configSchema: configSchema({ old: Type.Optional(Type.String()), added: Type.String({ default: "a" }) }),
  });
  const host = await openPluginHost(["one"], one, { watchMs: 1_000 });
  host.store.instances.setConfig("one", { old: "mine" });
  await host.plugins.install(two);
  expect(host.store.instances.get("one")?.config).toEqual({ old: "mine", added: "a" });
  expect(await host.plugins.rollBack(PLUGIN)).toMatchObject({
    version: "1.0.0",
    rolledBack: null,
    previous: null,
  });
  expect(await host.ask("!keys", 1)).toEqual(["key of v1"]);

  await host.plugins.install(two);
  await eventually("the trust", () => host.view().watchedUntil === null);
  const back = await host.plugins.rollBack(PLUGIN);
  expect(back).toMatchObject({ version: "1.0.0", previous: { version: "2.0.0", databases: true } });
  expect(host.store.instances.get("one")?.config).toEqual({ old: "mine" });
  expect((await host.ask("!keys", 2)).at(-1)).toBe("key of v1, key of v2");
  await expect(host.plugins.rollBack("org.example.other")).rejects.toMatchObject({ code: "NOT_FOUND" });
}, 15_000);

test("a version that waits takes its place when what it wants more is refused, and goes on without", async () => {
  const host = await openPluginHost(["one"], V1);
  const permissions = { programs: ["figlet"] };
  await host.plugins.install(bundleOf("2.0.0", setupOf("v2"), { permissions }));
  expect(host.view()).toMatchObject({
    version: "1.0.0",
    waiting: { version: "2.0.0", missing: permissions },
  });
  expect(await host.plugins.grant(PLUGIN, {}, permissions)).toMatchObject({
    ...{ version: "2.0.0", waiting: null, missing: {}, granted: {}, refused: permissions },
  });
  expect(await host.ask("!echo 1", 1)).toEqual(["v2 1"]);

  await host.plugins.rollBack(PLUGIN);
  expect(host.view()).toMatchObject({ version: "1.0.0", refused: permissions });
});

test("a version that wants more waits, and the old one goes on, until it is granted or discarded", async () => {
  const host = await openPluginHost(["one"], V1);
  const permissions = { network: ["a.example"], programs: ["figlet"] };
  const wanting = bundleOf("2.0.0", setupOf("v2"), { permissions });
  const { since } = host.supervisor.observed("one");
  const { plugin } = await host.plugins.install(wanting);
  expect(plugin).toMatchObject({ version: "1.0.0", waiting: { version: "2.0.0", missing: permissions } });
  expect(upgradeNotices(plugin)).toMatchObject([
    {
      remedy: expect.stringContaining(
        "It wants to connect to a.example; to run the program figlet. Version 1.0.0 goes on",
      ),
    },
  ]);
  await host.plugins.grant(PLUGIN, { network: ["a.example"] });
  expect(host.view().waiting?.missing).toEqual({ programs: ["figlet"] });
  expect(await host.ask("!echo 1", 1)).toEqual(["v1 1"]);
  expect(host.supervisor.observed("one")).toMatchObject({ status: "running", since });

  expect((await host.plugins.dismiss(PLUGIN)).waiting).toBeNull();
  expect(readdirSync(join(host.dataDir, "bundles"))).toHaveLength(1);
  await expect(host.plugins.dismiss(PLUGIN)).rejects.toMatchObject({ code: "NOT_FOUND" });

  await host.plugins.install(wanting);
  expect(await host.plugins.grant(PLUGIN, permissions)).toMatchObject({ version: "2.0.0", waiting: null });
  expect(await host.ask("!echo 2", 2)).toEqual(["v1 1", "v2 2"]);
});

test("where there is no room for the copy, the old version goes on, and the operator is told", async () => {
  const host = await openPluginHost(["one"], V1);
  // A file stands where the snapshots' folder would be made.
  writeFileSync(join(host.dataDir, "snapshots"), "");
  await expect(host.plugins.install(V2)).rejects.toMatchObject({
    code: "SNAPSHOT_FAILED",
    message: expect.stringContaining("so version 1.0.0 goes on: "),
  });
  expect(await host.ask("!echo 1", 1)).toEqual(["v1 1"]);
  expect(host.view()).toMatchObject({ version: "1.0.0", previous: null, rolledBack: null });
});

test("an old version that cannot be put back keeps its plugin blocked, and is tried again until it can", async () => {
  const host = await openPluginHost(["one"], V1, { retryMs: 20 });
  await host.plugins.install(V2);
  const folder = join(host.dataDir, "snapshots", PLUGIN);
  renameSync(folder, `${folder}.away`);
  await host.plugins.rollBack(PLUGIN);
  expect(host.supervisor.observed("one")).toMatchObject({
    status: "blocked",
    reason: "Version 1.0.0 is being put back: You went back from 2.0.0.",
  });
  await expect(host.plugins.install(V1)).rejects.toMatchObject({ code: "CONFLICT" });
  renameSync(`${folder}.away`, folder);
  await eventually("the way back", () => host.supervisor.observed("one").status === "running");
  expect(await host.ask("!keys", 1)).toEqual(["key of v1"]);
});

test("a config that the new version does not take is refused field by field, and nothing is stopped", async () => {
  const host = await openPluginHost(["one", "two"], V1);
  const { since } = host.supervisor.observed("one");
  const next = bundleOf("2.0.0", setupOf("v2"), { configSchema: configSchema({ token: Type.String() }) });
  await expect(host.plugins.install(next)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    fields: [
      { path: expect.stringMatching("^/instances/one/config") },
      { path: expect.stringMatching("^/instances/two/config") },
    ],
  });
  expect(host.supervisor.observed("one")).toMatchObject({ status: "running", since });
  expect(host.view()).toMatchObject({ version: "1.0.0", rolledBack: null });
  expect(readdirSync(join(host.dataDir, "bundles"))).toHaveLength(1);
});

test("the bundle that is installed already changes nothing", async () => {
  const host = await openPluginHost(["one"], V1);
  const before = host.view();
  const { since } = host.supervisor.observed("one");
  expect(await host.plugins.install(V1)).toEqual({ plugin: before, replaced: true });
  expect(host.supervisor.observed("one").since).toBe(since);
});

test("where nothing of a plugin runs, a version is replaced without a watch; a plugin is uninstalled with all it kept", async () => {
  const host = await openPluginHost([], V1);
  await host.plugins.install(V2);
  expect(host.view()).toMatchObject({ version: "2.0.0", watchedUntil: null, previous: { databases: false } });
  await host.plugins.uninstall(PLUGIN);
  expect(host.plugins.list()).toEqual([]);
  expect(readdirSync(join(host.dataDir, "bundles"))).toEqual([]);
});
