import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { request } from "undici";
import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost, type TestHost } from "../testing/host.ts";

const CONFIG_SCHEMA = {
  type: "object",
  properties: { greeting: { type: "string" }, token: { type: "string", format: "secret" } },
  required: ["greeting", "token"],
  additionalProperties: false,
};
const PASSPHRASE = "a long pässphrase";
const header = { "rookery-passphrase": Buffer.from(PASSPHRASE).toString("base64") };

const bundle = (version = "1.0.0") =>
  writeBundle({
    manifest: {
      ...{ id: "org.example.notes", version, name: "Notes", description: "Notes", license: "MIT" },
      ...{ rookery: "*", main: "plugin.js", configSchema: CONFIG_SCHEMA },
    },
    code: `const { definePlugin } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({ migrations: ["CREATE TABLE note (text TEXT)"], async setup(bot) {
  bot.database.run("INSERT INTO note VALUES (?)", bot.config.token + " is what it got");
  await bot.store.set("starts", ((await bot.store.get("starts")) ?? 0) + 1);
} });`,
  });

/** A host with the plugin and an account. */
async function openHost(version?: string) {
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  const host = await startTestHost();
  const cookie = String((await host.signIn()).headers["set-cookie"]).split(";")[0] ?? "";
  const { accessToken } = bot;
  const account = await host.call("POST", "/accounts", {
    body: { homeserverUrl: homeserver.url, accessToken },
  });
  const upload = { type: "application/octet-stream", bytes: await bundle(version) };
  await host.call("POST", "/plugins", upload);
  return { host, cookie, accountId: String(account.body.id) };
}

async function setUp() {
  const { host, cookie, accountId } = await openHost();
  const body = {
    ...{ id: "notes", pluginId: "org.example.notes", accountId },
    config: { greeting: "Hi", token: "a-secret-token" },
  };
  await host.call("POST", "/instances", { body });
  const change = { rooms: ["!a:test"], catchUpSeconds: 60 };
  expect((await host.call("PATCH", "/instances/notes", { body: change })).body.status).toBe("running");
  return { host, cookie, accountId };
}

const notes = async ({ call }: TestHost, id: string) =>
  (
    await call("POST", `/instances/${id}/database/query`, { body: { sql: "SELECT text FROM note" } })
  ).body.rows?.flat();

/** The exported file itself. */
async function exportOf({ host }: TestHost, cookie: string, body: object = {}): Promise<Buffer> {
  const answer = await request(`${host.url}/api/v1/instances/notes/export`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie },
    body: JSON.stringify(body),
  });
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/gzip"]);
  return Buffer.from(await answer.body.arrayBuffer());
}

const importInto = ({ call }: TestHost, bytes: Buffer, query: string, headers: Record<string, string> = {}) =>
  call("POST", `/instances/import?${query}`, { bytes, type: "application/gzip", headers });

/** What is put together in it is gone once the request is over. */
const untilTidy = ({ dataDir }: TestHost) =>
  eventually("nothing in the staging folder", () => {
    const folder = join(dataDir, "instances", ".staging");
    return !existsSync(folder) || readdirSync(folder).length === 0;
  });

test("a duplicate has the config, the secrets, the rooms and, where told, the data; and is another one from then on", async () => {
  const { host } = await setUp();
  const duplicate = (more: object) =>
    host.call("POST", "/instances/duplicate", { body: { from: "notes", ...more } });
  const { status, body } = await duplicate({ id: "with-data", data: true });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    ...{ id: "with-data", enabled: false, status: "stopped", rooms: ["!a:test"], catchUpSeconds: 60 },
    ...{ config: { greeting: "Hi" }, secrets: { "/token": {} } },
  });
  const before = await notes(host, "notes");
  expect(await notes(host, "with-data")).toEqual(before);
  expect((await host.call("POST", "/instances/with-data/start")).body.status).toBe("running");
  expect(await notes(host, "with-data")).toEqual([...before, "a-secret-token is what it got"]);
  expect(await notes(host, "notes")).toEqual(before);

  const started = await duplicate({ id: "without-data", enabled: true });
  expect(started.body.status).toBe("running");
  expect(await notes(host, "without-data")).toEqual(["a-secret-token is what it got"]);
  expect((await duplicate({ id: "with-data" })).body.code).toBe("CONFLICT");
  expect((await duplicate({ id: "other", accountId: "none" })).body.code).toBe("NOT_FOUND");
  expect((await duplicate({ id: "other", from: "none" })).body.code).toBe("NOT_FOUND");
  await untilTidy(host);
  const { body: audit } = await host.call("GET", "/audit-log?action=instance.duplicate");
  expect(audit.map(({ target }: { target: string }) => target)).toEqual(["without-data", "with-data"]);
});

test("an export is imported by another host, its secrets with the passphrase alone", async () => {
  const { host, cookie } = await setUp();
  const before = await notes(host, "notes");
  const file = await exportOf(host, cookie, { passphrase: PASSPHRASE });
  expect(gunzipSync(await exportOf(host, cookie)).includes('"secrets": null')).toBe(true);
  await untilTidy(host);

  // A deployer takes instances along, and no secrets.
  const token = { name: "d", role: "deployer", days: 1 };
  const { body: made } = await host.call("POST", "/tokens", { body: token });
  const authorization = { authorization: `Bearer ${made.token}` };
  const asDeployer = (path: string, more: object) =>
    host.send("POST", `/api/v1${path}`, { headers: { ...header, ...authorization }, ...more });
  expect((await asDeployer("/instances/notes/export", { body: {} })).status).toBe(200);
  expect((await asDeployer("/instances/notes/export", { body: { passphrase: PASSPHRASE } })).status).toBe(
    403,
  );
  const sent = { bytes: file, type: "application/gzip" };
  expect((await asDeployer("/instances/import?accountId=none", sent)).status).toBe(403);

  const { host: other, cookie: there, accountId } = await openHost("1.1.0");
  expect((await importInto(other, file, `accountId=${accountId}`)).body.code).toBe("PASSPHRASE_WRONG");
  const wrong = { "rookery-passphrase": Buffer.from("another passphrase").toString("base64") };
  expect((await importInto(other, file, `accountId=${accountId}`, wrong)).body.code).toBe("PASSPHRASE_WRONG");
  expect((await other.call("GET", "/instances")).body).toEqual([]);

  const imported = await importInto(other, file, `accountId=${accountId}&enabled=true`, header);
  expect([imported.status, imported.body]).toMatchObject([
    201,
    {
      ...{
        id: "notes",
        status: "running",
        config: { greeting: "Hi" },
        rooms: ["!a:test"],
        catchUpSeconds: 60,
      },
      secrets: { "/token": {} },
    },
  ]);
  expect(await notes(other, "notes")).toEqual([...before, "a-secret-token is what it got"]);
  const again = await importInto(other, file, `accountId=${accountId}`, header);
  expect(again.body.code).toBe("CONFLICT");

  // Without its secrets it is there, but does not start before they are set.
  const bare = await importInto(
    other,
    file,
    `accountId=${accountId}&id=bare&enabled=true&withoutSecrets=true`,
  );
  expect(bare.body).toMatchObject({ id: "bare", enabled: false, secrets: {} });
  expect(await notes(other, "bare")).toEqual(before);
  const body = { config: { greeting: "Hi", token: "new" }, enabled: true };
  expect((await other.call("PATCH", "/instances/bare", { body })).body.status).toBe("running");
  await untilTidy(other);
  const second = await exportStore(other, there);
  expect(second).toContain('{"key":"starts","json":"3"}');
});

/** The lines of the exported key-value store. */
async function exportStore(host: TestHost, cookie: string): Promise<string> {
  const archive = gunzipSync(await exportOf(host, cookie));
  return archive.subarray(archive.indexOf('{"key"')).toString().split("\0")[0] ?? "";
}

/** What is done to an archive of 512-byte blocks whose first file is the manifest. */
const headerAt = (archive: Buffer, name: string) => archive.indexOf(`${name}\0`);
function signed(archive: Buffer, at: number): Buffer {
  archive.fill(" ", at + 148, at + 156);
  const sum = archive.subarray(at, at + 512).reduce((all, byte) => all + byte, 0);
  archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
  return archive;
}
function renamed(archive: Buffer, from: string, to: string): Buffer {
  const at = headerAt(archive, from);
  archive.fill(0, at, at + 100).write(to, at);
  return signed(archive, at);
}
const withText = (archive: Buffer, from: string, to: string) => {
  expect(to).toHaveLength(from.length);
  archive.write(to, archive.indexOf(from));
  return archive;
};

const TRICKS: Record<string, (archive: Buffer) => Buffer> = {
  "no archive": () => Buffer.from("PK\u0003\u0004 is no tar archive".padEnd(2_000)),
  "an end in the middle": (archive) => archive.subarray(0, archive.length - 2_000),
  "bytes behind the end": (archive) => Buffer.concat([archive, Buffer.from("more")]),
  "zeros without end behind the end": (archive) => Buffer.concat([archive, Buffer.alloc(1_000_000)]),
  "another database than its hash says": (archive) =>
    withText(archive, "a-secret-token is", "b-secret-token is"),
  "a path that leaves the folder": (archive) => renamed(archive, "database.db", "../../rookery.db"),
  "an absolute path": (archive) => renamed(archive, "store.jsonl", "/tmp/stolen"),
  "a part twice": (archive) => renamed(archive, "store.jsonl", "database.db"),
  "a link": (archive) => {
    const at = headerAt(archive, "database.db");
    archive.write("2", at + 156);
    archive.write("/etc/passwd", at + 157);
    return signed(archive, at);
  },
  "a size that lies": (archive) => {
    const at = headerAt(archive, "database.db");
    archive.write("77777777777\0", at + 124);
    return signed(archive, at);
  },
  "a header that was changed": (archive) => {
    archive.write("x", headerAt(archive, "database.db"));
    return archive;
  },
  "a manifest with what it does not know": (archive) =>
    withText(archive, '"accountUserId"', '"accountUserIx"'),
};

test("what is not as it was exported is refused, and leaves nothing behind", async () => {
  const { host, cookie, accountId } = await setUp();
  const good = gunzipSync(await exportOf(host, cookie));
  const folders = () => readdirSync(join(host.dataDir, "instances")).filter((name) => name !== ".staging");
  const before = folders();
  const attempt = (bytes: Buffer, id = "&id=other") =>
    importInto(host, bytes, `accountId=${accountId}${id}&withoutSecrets=true`);
  for (const [trick, alter] of Object.entries(TRICKS)) {
    const { status, body } = await attempt(gzipSync(alter(Buffer.from(good))));
    expect([trick, status, body.code]).toEqual([trick, 422, "EXPORT_INVALID"]);
  }
  expect((await attempt(good)).body.code).toBe("EXPORT_INVALID");
  const newer = await attempt(gzipSync(withText(Buffer.from(good), '"format": 1', '"format": 2')));
  expect(newer.body).toMatchObject({
    code: "EXPORT_NEWER",
    detail: expect.stringContaining("its format is 2"),
  });
  const missing = await attempt(
    gzipSync(withText(Buffer.from(good), "org.example.notes", "org.example.nodes")),
  );
  expect(missing.body).toMatchObject({
    code: "PLUGIN_MISSING",
    detail: expect.stringContaining("org.example.nodes 1.0.0"),
  });
  const older = await attempt(
    gzipSync(withText(Buffer.from(good), '"version": "1.0.0"', '"version": "2.0.0"')),
  );
  // The same bundle under another version is what it says of itself.
  expect([older.status, older.body.detail]).toEqual([201, undefined]);
  await host.call("DELETE", "/instances/other");

  expect((await host.call("POST", `/instances/import?accountId=${accountId}`, { body: {} })).status).toBe(
    415,
  );
  expect((await host.call("POST", "/instances", { bytes: good, type: "application/gzip" })).status).toBe(415);
  expect((await host.call("GET", "/instances")).body).toHaveLength(1);
  expect(folders()).toEqual(before);
  await untilTidy(host);
  expect((await attempt(gzipSync(good))).status).toBe(201);
});
