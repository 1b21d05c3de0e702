import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DevHomeserver } from "@rookery/dev-homeserver";
import Database from "better-sqlite3";
import { request } from "undici";
import { expect, test } from "vitest";
import { loadSecretKey } from "../config/secret-key.ts";
import { createSecretBox } from "../store/secret-box.ts";
import { eventually } from "../testing/eventually.ts";
import { startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost, type TestHost } from "../testing/host.ts";

/** A host with a playground, its operator signed in and at the playground's page. */
async function enter(host: TestHost) {
  await host.signIn();
  const { body: entry } = await host.call("GET", "/playground");
  const matrix = (method: string, path: string, body?: unknown) =>
    host.call(method, `/playground/homeserver${path}`, {
      ...{ body, headers: { authorization: `Bearer ${entry.accessToken}` } },
    });
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(entry.roomId)}`;
  let transactions = 0;
  return {
    ...{ entry, matrix },
    say: (body: string) =>
      matrix("PUT", `${room}/send/m.room.message/${randomBytes(4).toString("hex")}${++transactions}`, {
        msgtype: "m.text",
        body,
      }),
    async said(by: string): Promise<string[]> {
      const { body } = await matrix("GET", `${room}/messages?dir=f&limit=100`);
      const events = body.chunk as { sender: string; content: { body?: string } }[];
      return events.flatMap(({ sender, content }) => (sender === by && content.body ? [content.body] : []));
    },
  };
}

const start = (homeserver: DevHomeserver, dataDir?: string) =>
  startTestHost({ playground: { homeserver }, ...(dataDir === undefined ? {} : { dataDir }) });

test("a person at the page finds a bot in the room that answers", async () => {
  const homeserver = await startTestHomeserver();
  const host = await start(homeserver);
  const { entry, say, said } = await enter(host);
  expect(entry).toMatchObject({
    basePath: "/api/v1/playground/homeserver",
    serverName: "test",
    userId: "@you:test",
  });
  await say("!hello");
  await eventually("the answer", async () => (await said("@hello:test")).length > 0);
  expect(await said("@hello:test")).toEqual(["Hello, you!"]);
  expect((await host.call("GET", "/instances")).body).toMatchObject([{ id: "hello", status: "running" }]);
});

test("at the second start all is as it was left: the room, the person, what was deleted and what was revoked", async () => {
  const homeserver = await startTestHomeserver();
  const first = await start(homeserver);
  const before = await enter(first);
  await before.say("!hello");
  await eventually("the answer", async () => (await before.said("@hello:test")).length > 0);
  await first.close();

  const second = await start(homeserver, first.dataDir);
  const after = await enter(second);
  expect(after.entry).toEqual(before.entry);
  expect(await after.said("@hello:test")).toHaveLength(1);
  expect((await second.call("GET", "/accounts")).body).toHaveLength(1);
  await second.call("DELETE", "/instances/hello");
  await second.close();

  const third = await start(homeserver, first.dataDir);
  await third.signIn();
  expect((await third.call("GET", "/instances")).body).toEqual([]);
});

test("bundles that are there are not installed again: what the operator revoked stays revoked", async () => {
  const homeserver = await startTestHomeserver();
  const first = await start(homeserver);
  await first.signIn();
  const [before] = (await first.call("GET", "/plugins")).body;
  await first.close();
  const second = await start(homeserver, first.dataDir);
  await second.signIn();
  const [after] = (await second.call("GET", "/plugins")).body;
  expect(after.installedAt).toBe(before.installedAt);
});

/** What a start that was killed may leave: some of the steps done, none of them written down. */
const KILLED: [after: string, undo: string[]][] = [
  [
    "it registered the person",
    ["DELETE FROM instance", "DELETE FROM account", "DELETE FROM plugin", "person"],
  ],
  ["it registered the bot", ["DELETE FROM instance", "DELETE FROM account", "seeded"]],
  ["it added the account", ["DELETE FROM instance", "seeded"]],
  ["it made the instance", ["seeded"]],
];

test.each(KILLED)("a start that was killed after %s is made good by the next", async (_after, undo) => {
  const homeserver = await startTestHomeserver();
  const first = await start(homeserver);
  await first.close();
  forget(first.dataDir, undo);

  const second = await start(homeserver, first.dataDir);
  const { say, said } = await enter(second);
  await say("!hello");
  await eventually("the answer", async () => (await said("@hello:test")).length > 0);
  expect(await said("@hello:test")).toEqual(["Hello, you!"]);
});

/** Takes back what is written down of some steps; what they did on the homeserver stays. */
function forget(dataDir: string, undo: string[]): void {
  const box = createSecretBox(loadSecretKey(dataDir, undefined));
  const db = new Database(join(dataDir, "rookery.db"));
  db.pragma("foreign_keys = ON");
  for (const sql of undo) if (sql.startsWith("DELETE")) db.exec(sql);
  const sealed = String(db.prepare("SELECT value FROM setting WHERE key = 'playground'").pluck().get());
  const saved = JSON.parse(box.open(Buffer.from(sealed, "base64"), "the playground"));
  saved.seeded = [];
  if (undo.includes("person")) delete saved.person;
  const value = box.seal(JSON.stringify(saved), "the playground").toString("base64");
  db.prepare("UPDATE setting SET value = ? WHERE key = 'playground'").run(value);
  db.close();
  rmSync(join(dataDir, "instances"), { recursive: true, force: true });
}

test("files go through in both directions, byte for byte, and may do nothing in the browser", async () => {
  const homeserver = await startTestHomeserver();
  const host = await start(homeserver);
  const { entry } = await enter(host);
  const bytes = randomBytes(3_000_000);
  const headers = { authorization: `Bearer ${entry.accessToken}` };
  const upload = await host.call("POST", "/playground/homeserver/_matrix/media/v3/upload?filename=a.html", {
    ...{ bytes, type: "text/html", headers },
  });
  expect(upload.status).toBe(200);
  const id = String(upload.body.content_uri).slice("mxc://".length);
  const path = `/playground/homeserver/_matrix/client/v1/media/download/${id}`;
  const download = await host.call("GET", path, { headers });
  expect(download.status).toBe(200);
  expect(download.headers["content-security-policy"]).toBe("sandbox; default-src 'none'");
  expect(download.headers["x-content-type-options"]).toBe("nosniff");
  expect(Number(download.headers["content-length"])).toBe(bytes.length);

  const direct = await request(`${homeserver.url}/_matrix/client/v1/media/download/${id}`, { headers });
  expect(Buffer.from(await direct.body.arrayBuffer()).equals(bytes)).toBe(true);
});

test("errors of the homeserver come through, and one that is gone is told", async () => {
  const homeserver = await startTestHomeserver();
  const host = await start(homeserver);
  const { matrix } = await enter(host);
  expect(await matrix("GET", "/_matrix/client/v3/rooms/!absent:test/state")).toMatchObject({
    ...{ status: 403, body: { errcode: "M_FORBIDDEN" } },
  });
  expect(await host.call("GET", "/playground/homeserver/_matrix/client/v3/account/whoami")).toMatchObject({
    ...{ status: 401, body: { errcode: "M_MISSING_TOKEN" } },
  });
  await homeserver.close();
  expect(await matrix("GET", "/_matrix/client/versions")).toMatchObject({
    ...{ status: 502, body: { code: "HOMESERVER_UNREACHABLE" } },
  });
});

test("without a playground there is none", async () => {
  const host = await startTestHost();
  await host.signIn();
  expect(await host.call("GET", "/playground")).toMatchObject({ status: 200, body: null });
  expect((await host.call("GET", "/playground/homeserver/_matrix/client/versions")).status).toBe(404);
});

test("another person speaks in the same room, is there after a restart, and is no bot", async () => {
  const homeserver = await startTestHomeserver();
  const host = await start(homeserver);
  await enter(host);
  const { status, body } = await host.call("POST", "/playground/people", { body: { name: "grace" } });
  expect(status).toBe(200);
  const [grace] = body.people;
  expect(grace.userId).toBe(`@grace:${body.serverName}`);
  const asGrace = { headers: { authorization: `Bearer ${grace.accessToken}` } };
  const joined = await host.call("GET", "/playground/homeserver/_matrix/client/v3/joined_rooms", asGrace);
  expect(joined.body.joined_rooms).toEqual([body.roomId]);

  for (const name of ["grace", "you"]) {
    const again = await host.call("POST", "/playground/people", { body: { name } });
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`@${name}:`) } });
  }
  expect(await host.call("POST", "/playground/people", { body: { name: "Not a name" } })).toMatchObject({
    status: 400,
  });
  await host.close();
  const back = await start(homeserver, host.dataDir);
  const { entry } = await enter(back);
  expect(entry.people).toEqual(body.people);
});
