import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { request } from "undici";
import { expect, test } from "vitest";
import { findAssets } from "../assets.ts";
import { writeBundle } from "../bundle/index.ts";
import type { Config } from "../config/config.ts";
import { restoreBackup } from "../restore-backup.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost, type TestHost } from "../testing/host.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";

const PLUGIN = "org.example.notes";
const { migrations } = findAssets();
const KEEP = { last: 7, daily: 0, weekly: 0, monthly: 0 };

/** Notes what it is told in its database, and answers with how many there are; `wait` until it is told to `open`. */
const BUNDLE = {
  manifest: {
    ...{ id: PLUGIN, version: "1.0.0", name: "Notes", description: "Notes", license: "MIT" },
    ...{ rookery: "*", main: "plugin.js" as const },
    configSchema: {
      type: "object",
      properties: { name: { type: "string" }, token: { type: "string", format: "secret" } },
      additionalProperties: false,
    },
  },
  code: `const { definePlugin, RetryLater } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({ migrations: ["CREATE TABLE note (event TEXT PRIMARY KEY, text TEXT)"], setup(bot) {
  const { name, token } = bot.config;
  bot.hears(new RegExp("^note-" + name), (ctx) => {
    bot.database.run("INSERT OR IGNORE INTO note VALUES (?, ?)", ctx.event.event_id, ctx.event.content.body);
    return ctx.reply(ctx.event.content.body + " is noted, with " + token);
  });
  bot.command("open-" + name, "Open", async (ctx) => {
    await bot.store.set("open", true);
    return ctx.reply("open");
  });
  bot.command("wait-" + name, "Wait", async (ctx) => {
    if (!(await bot.store.get("open"))) throw new RetryLater(0.2);
    return ctx.reply("It waited.");
  });
} });`,
};

/** A host with two instances that have notes, in two rooms with Ada. */
async function setUp(settings: Partial<Config> = {}) {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const [ada, bot] = [await register(homeserver, http, "ada"), await register(homeserver, http, "bot")];
  const rooms = [await ada.room([bot]), await ada.room([bot])] as const;
  const host = await startTestHost({ settings });
  const cookie = String((await host.signIn()).headers["set-cookie"]).split(";")[0] ?? "";
  const { call } = host;
  await call("PUT", "/session/password", { body: { name: "ada", password: "correct horse" } });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const account = await call("POST", "/accounts", { body: login });
  await call("POST", "/plugins", { type: "application/octet-stream", bytes: await writeBundle(BUNDLE) });
  for (const id of ["one", "two"]) {
    const about = { id, pluginId: PLUGIN, accountId: account.body.id };
    const config = { name: id, token: `the token of ${id}` };
    expect((await call("POST", "/instances", { body: { ...about, config } })).body.status).toBe("running");
  }
  const answers = async (roomId = rooms[0]) =>
    (await ada.messages(roomId))
      .filter(({ sender }) => sender === bot.userId)
      .map(({ body }) => String(body));
  const answered = (count: number, roomId = rooms[0]) =>
    eventually(`${count} answers`, async () => (await answers(roomId)).length >= count);
  /** The file, as whoever downloads it has it. */
  async function download(name: string): Promise<string> {
    const answer = await request(`${host.host.url}/api/v1/backups/${name}`, { headers: { cookie } });
    const type = name.endsWith(".age") ? "application/octet-stream" : "application/zstd";
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, type]);
    const file = join(temporaryDirectory(), name);
    writeFileSync(file, Buffer.from(await answer.body.arrayBuffer()));
    return file;
  }
  return { homeserver, ada, bot, rooms, host, call, answers, answered, download };
}

/** Another host on a restored directory, in which who had a session still has it. */
async function startOn(dataDir: string, before: TestHost) {
  const host = await startTestHost({ dataDir });
  const signedIn = await host.send("POST", "/api/v1/session", {
    body: { name: "ada", password: "correct horse" },
  });
  const cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? "";
  await before.close();
  const call: TestHost["call"] = (method, path, more = {}) =>
    host.send(method, `/api/v1${path}`, { ...more, headers: { cookie } });
  return { host, call };
}

const notes = async (call: TestHost["call"], id: string) =>
  (
    (
      await call("POST", `/instances/${id}/database/query`, {
        body: { sql: "SELECT text FROM note ORDER BY text" },
      })
    ).body.rows ?? []
  ).flat();

test("a backup that is made while bots answer is restored elsewhere: the same accounts, instances, configs, data and inbox, and nothing is answered twice", async () => {
  const { ada, rooms, host, call, answers, answered, download } = await setUp();
  await ada.say(rooms[0], "note-one a");
  await ada.say(rooms[0], "note-two b");
  await ada.say(rooms[1], "!wait-one");
  await answered(2);
  const waits = "?state=pending";
  await eventually(
    "what waits",
    async () => (await call("GET", `/instances/one/deliveries${waits}`)).body.length === 1,
  );

  const during = Promise.all(Array.from({ length: 10 }, (_, i) => ada.say(rooms[0], `note-one during ${i}`)));
  const { status, body: made } = await call("POST", "/backups", { body: { withKey: true } });
  expect([status, made]).toMatchObject([
    201,
    { withKey: true, name: expect.stringMatching(/^rookery-.+\.with-key\.tar\.zst$/) },
  ]);
  await during;
  await answered(12);
  await ada.say(rooms[0], "note-two after");
  await answered(13);
  const seen = { accounts: [], instances: [] } as Record<string, unknown[]>;
  for (const of of ["accounts", "instances"]) seen[of] = (await call("GET", `/${of}`)).body;
  const file = await download(made.name);
  await host.close();

  const dataDir = join(temporaryDirectory(), "data");
  expect(await restoreBackup({ file, dataDir, migrations })).toMatchObject({
    instances: 2,
    bundles: 1,
    key: "backup",
  });
  const restored = await startOn(dataDir, host);
  const stable = (of: Record<string, unknown>) => ({
    id: of.id,
    etag: of.etag,
    config: of.config,
    secrets: of.secrets,
    userId: of.userId,
  });
  for (const of of ["accounts", "instances"]) {
    expect((await restored.call("GET", `/${of}`)).body.map(stable)).toEqual(
      seen[of]?.map((one) => stable(one as never)),
    );
  }
  // What waited in the inbox is in the inbox, and what was said since comes from the homeserver again.
  await ada.say(rooms[0], "!open-one");
  await answered(1, rooms[1]);
  expect(await answers(rooms[1])).toEqual(["It waited."]);
  await ada.say(rooms[0], "note-two at the end");
  await eventually("the last answer", async () =>
    (await answers()).some((text) => text.startsWith("note-two at the end")),
  );
  await eventually("all notes", async () => (await notes(restored.call, "two")).length === 3);
  expect(await notes(restored.call, "one")).toEqual([
    "note-one a",
    ...Array.from({ length: 10 }, (_, i) => `note-one during ${i}`),
  ]);
  expect(await notes(restored.call, "two")).toEqual(["note-two after", "note-two at the end", "note-two b"]);
  const all = (await answers()).filter((text) => text !== "open");
  expect(new Set(all).size).toBe(all.length);
  expect(all).toHaveLength(14);
  expect(all).toContain("note-two at the end is noted, with the token of two");
  await restored.host.close();
});

test("without the key a host does not start on it, and says what is missing; with the key it does", async () => {
  const { host, call, download, ada, rooms, answered } = await setUp();
  const { body: made } = await call("POST", "/backups", { body: {} });
  const file = await download(made.name);
  await host.close();
  const dataDir = join(temporaryDirectory(), "data");
  expect((await restoreBackup({ file, dataDir, migrations })).key).toBeNull();
  await expect(startTestHost({ dataDir })).rejects.toMatchObject({
    ...{ code: "SECRET_UNREADABLE", message: expect.stringContaining("Put the secret.key back") },
  });
  // In the place of the one before, the key that is there belongs to it.
  const again = await restoreBackup({ file, dataDir: host.dataDir, migrations, replace: true });
  expect(again.key).toBe("before");
  const { host: next } = await startOn(host.dataDir, host);
  await ada.say(rooms[0], "note-one a");
  await answered(1);
  await next.close();
});

test("an encrypted backup is restored on a fresh directory by whom it is encrypted to, and every instance answers there", async () => {
  const identity = await generateX25519Identity();
  const recipients = [await identityToRecipient(identity)];
  const { ada, rooms, host, call, answers, answered, download } = await setUp({
    backup: { keep: KEEP, recipients },
  });
  await ada.say(rooms[0], "note-one before");
  await answered(1);
  const made = await call("POST", "/backups", { body: { withKey: true } });
  expect(made.body).toMatchObject({
    encrypted: true,
    name: expect.stringMatching(/\.with-key\.tar\.zst\.age$/),
  });
  const file = await download(made.body.name);
  await host.close();

  const dataDir = join(temporaryDirectory(), "data");
  await expect(restoreBackup({ file, dataDir, migrations })).rejects.toMatchObject({
    code: "BACKUP_ENCRYPTED",
  });
  expect(existsSync(dataDir)).toBe(false);
  await restoreBackup({ file, dataDir, migrations, identities: [identity] });
  const restored = await startOn(dataDir, host);
  for (const id of ["one", "two"]) await ada.say(rooms[0], `note-${id} after`);
  await answered(3);
  expect((await answers()).toSorted()).toEqual([
    "note-one after is noted, with the token of one",
    "note-one before is noted, with the token of one",
    "note-two after is noted, with the token of two",
  ]);
  expect(await notes(restored.call, "one")).toEqual(["note-one after", "note-one before"]);
  await restored.host.close();
});

test("a recipient that is none is refused: from a request, and from the configuration before the host starts", async () => {
  const { call } = await startAlone();
  const refused = await call("POST", "/backups", { body: { recipients: ["age1nobody"] } });
  expect([refused.status, refused.body.code]).toEqual([400, "RECIPIENT_INVALID"]);
  expect((await call("GET", "/notices")).body).toEqual([]);
  await expect(startAlone({ backup: { keep: KEEP, recipients: ["age1nobody"] } })).rejects.toMatchObject({
    code: "RECIPIENT_INVALID",
  });
});

test("backups are listed, taken along and deleted by admins, and each is written down", async () => {
  const { call, send, dataDir } = await startAlone();
  const first = (await call("POST", "/backups", { body: {} })).body;
  const second = (await call("POST", "/backups", { body: { withKey: true } })).body;
  expect((await call("GET", "/backups")).body).toEqual([second, first]);
  expect(readdirSync(join(dataDir, "backups")).sort()).toEqual([first.name, second.name].sort());
  const answer = await call("GET", `/backups/${second.name}`);
  expect([answer.status, answer.headers["content-length"]]).toEqual([200, String(second.size)]);
  expect((await call("DELETE", `/backups/${first.name}`)).status).toBe(204);
  expect((await call("DELETE", `/backups/${first.name}`)).body.code).toBe("NOT_FOUND");
  expect((await call("GET", "/backups/..%2Frookery.db")).body.code).toBe("NOT_FOUND");
  expect((await call("GET", "/backups")).body).toEqual([second]);

  const { token } = (await call("POST", "/tokens", { body: { name: "d", role: "deployer", days: 1 } })).body;
  for (const [method, path] of [
    ["GET", "/backups"],
    ["POST", "/backups"],
    ["GET", `/backups/${second.name}`],
  ] as const) {
    const headers = { authorization: `Bearer ${token}` };
    expect((await send(method, `/api/v1${path}`, { headers })).body.code).toBe("FORBIDDEN");
  }
  const { body: audit } = await call("GET", "/audit-log?limit=50");
  const deeds = audit.filter(({ action }: { action: string }) => action.startsWith("backup."));
  expect(deeds.map(({ action, target }: { action: string; target: string }) => [action, target])).toEqual([
    ["backup.remove", first.name],
    ["backup.download", second.name],
    ["backup.create", second.name],
    ["backup.create", first.name],
  ]);
});

test("one that fails is in the notices, one that is there in the metrics", async () => {
  const folder = join(temporaryDirectory(), "backups");
  const { call, send } = await startAlone({ backup: { keep: KEEP, recipients: [], path: folder } });
  writeFileSync(folder, "no folder");
  const failed = await call("POST", "/backups", { body: {} });
  expect([failed.status, failed.body.code]).toEqual([507, "BACKUP_FAILED"]);
  const told = (await call("GET", "/notices")).body.map(({ message }: { message: string }) => message);
  expect(told).toEqual([`The last backup failed: ${failed.body.detail}`]);
  expect((await send("GET", "/readyz")).status).toBe(200);
  rmSync(folder);
  const { createdAt } = (await call("POST", "/backups", { body: {} })).body;
  expect((await call("GET", "/notices")).body).toEqual([]);
  const token = (await call("POST", "/tokens", { body: { name: "m", role: "viewer", days: 1 } })).body.token;
  const { text } = await send("GET", "/metrics", { headers: { authorization: `Bearer ${token}` } });
  const seconds = Date.parse(createdAt) / 1000;
  expect(text).toContain(`\nrookery_backup_last_success_timestamp_seconds ${seconds}\n`);
});

test("with a schedule, the first is made at the start; a time that is none keeps the host from starting", async () => {
  const { call } = await startAlone({ backup: { keep: KEEP, recipients: [], schedule: "0 3 * * *" } });
  await eventually("the first backup", async () => (await call("GET", "/backups")).body.length === 1);
  await expect(
    startAlone({ backup: { keep: KEEP, recipients: [], schedule: "at night" } }),
  ).rejects.toMatchObject({
    ...{
      code: "CONFIG_INVALID",
      message: expect.stringMatching(/^backup\.schedule: "at night" is no cron expression/),
    },
  });
});

async function startAlone(settings: Partial<Config> = {}) {
  const host = await startTestHost({ settings });
  await host.signIn();
  return host;
}
