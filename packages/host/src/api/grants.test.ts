import { once } from "node:events";
import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { pluginCode } from "../testing/worker.ts";

const PLUGIN = "org.example.net";
const AT = `/plugins/${PLUGIN}`;

/** Fetches, says what came of it, and reaches into other rooms when it is told to. */
const codeFor = (url: string) =>
  pluginCode(`
    bot.command("get", { description: "", args: { path: Type.String({ default: "" }) } }, async (ctx) => {
      try {
        const answer = await fetch("${url}/" + ctx.args.path);
        await ctx.reply(bot.config.name + " got " + await answer.text());
      } catch (error) {
        await ctx.reply(bot.config.name + " failed: " + error.code);
      }
    });
    bot.command("topic", { description: "", args: { roomId: Type.String() } }, async (ctx) => {
      try {
        await bot.rooms.setState(ctx.args.roomId, "m.room.topic", { topic: "mine" });
        await ctx.reply("set");
      } catch (error) {
        await ctx.reply(error.code);
      }
    });
    bot.command("open", "", async (ctx) => ctx.reply((await ctx.createRoom({ name: "new" })).roomId));
    bot.command("retry", "", async (ctx) => {
      throw Object.assign(new Error("later"), { code: "RETRY_LATER", data: { seconds: 3600 } });
    });
  `);

/** An operator who uploaded a plugin that wants a host, and instances of it in a room with Ada. */
async function setUp(ids = ["one"], permissions: object = {}) {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const paths: string[] = [];
  const server = await startHttpServer((request, response) => {
    paths.push(String(request.url));
    if (request.url !== "/held") response.end("it");
  });
  let operator = await startTestHost();
  await operator.signIn();
  const call: typeof operator.call = (...request) => operator.call(...request);
  const asked = { network: [server.host], ...permissions };
  const about = { name: "Net", description: "Net", license: "MIT", rookery: "*" };
  const bytes = writeBundle({
    manifest: {
      ...{ id: PLUGIN, version: "1.0.0", ...about, main: "plugin.js", permissions: asked },
      configSchema: { type: "object", properties: { name: { type: "string" } } },
    },
    code: codeFor(server.url),
  });
  await call("POST", "/plugins", { type: "application/octet-stream", bytes });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await call("POST", "/accounts", { body: login });
  for (const id of ids) {
    const body = { id, pluginId: PLUGIN, accountId: account.id, config: { name: id } };
    await call("POST", "/instances", { body });
  }
  const roomId = await ada.room([bot]);
  const answers = async (room = roomId) =>
    (await ada.messages(room)).filter(({ sender }) => sender === bot.userId).map(({ body }) => String(body));

  return {
    ...{ call, ada, bot, server, paths, asked, roomId, answers },
    grant: async (body: object) => (await call("PUT", `${AT}/grants`, { body })).body,
    instance: async (id = "one") => (await call("GET", `/instances/${id}`)).body,
    change: async (body: object, id = "one") => call("PATCH", `/instances/${id}`, { body }),
    permissions: async (id = "one") => (await call("GET", `/instances/${id}/permissions`)).body,
    /** The host ends, something happens, and it comes back. */
    async restart(meanwhile: () => Promise<void>) {
      const { dataDir, close } = operator;
      await call("PUT", "/session/password", { body: { name: "ada", password: "a long password" } });
      await close();
      await meanwhile();
      operator = await startTestHost({ dataDir });
      const body = { name: "ada", password: "a long password" };
      const { headers } = await operator.send("POST", "/api/v1/session", { body });
      const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
      const { call: back } = operator;
      operator.call = (method, path, more = {}) =>
        back(method, path, { ...more, headers: { cookie, ...more.headers } });
    },
    /** Ada says it; gives what the bot has said anew. */
    async ask(body: string, { count = 1, room = roomId } = {}) {
      const before = (await answers(room)).length;
      await ada.say(room, body);
      return eventually(`${count} answers`, async () => {
        const said = (await answers(room)).slice(before);
        return said.length >= count && said;
      });
    },
  };
}

test("a host that is taken back is contacted no more when that is answered, and nothing restarts", async () => {
  const { grant, asked, ask, paths, instance } = await setUp();
  await grant(asked);
  expect(await ask("!get")).toEqual(["one got it"]);
  const { statusSince } = await instance();

  expect(await grant({})).toMatchObject({ missing: {}, permissions: [{ granted: false, refused: true }] });
  expect(await ask("!get again")).toEqual(["one failed: PERMISSION_DENIED"]);
  expect(paths).toEqual(["/"]);
  expect(await instance()).toMatchObject({ status: "running", statusSince });

  expect(await grant(asked)).toMatchObject({ permissions: [{ granted: true, refused: false }] });
  expect(await ask("!get more")).toEqual(["one got it"]);
  expect(await instance()).toMatchObject({ status: "running", statusSince });
});

test("a request that is under way to a host that is taken back is broken off", async () => {
  const { grant, asked, ada, roomId, server, answers } = await setUp();
  await grant(asked);
  const arrived = once(server.server, "request");
  await ada.say(roomId, "!get held");
  const [request] = await arrived;
  const closed = once(request.socket, "close");
  await grant({});
  await closed;
  const said = await eventually("the answer", async () => {
    const all = await answers();
    return all.length > 0 && all;
  });
  expect(said).toEqual(["one failed: PERMISSION_DENIED"]);
});

test("what the operator has not decided blocks; what is refused does not, and is granted later with a restart", async () => {
  const { grant, asked, ask, instance, paths } = await setUp();
  expect(await instance()).toMatchObject({ status: "blocked" });
  expect(await grant({ refused: asked })).toMatchObject({ missing: {}, granted: {} });
  const refused = await instance();
  expect(refused).toMatchObject({ status: "running" });
  // No fetch there: the plugin can tell that it is without.
  expect(await ask("!get")).toEqual(["one failed: undefined"]);
  expect(paths).toEqual([]);

  await grant(asked);
  expect(await ask("!get")).toEqual(["one got it"]);
  expect((await instance()).statusSince).not.toBe(refused.statusSince);
});

test("one instance does without what its plugin is granted, and the other of the same worker does not", async () => {
  const { grant, asked, ask, change, permissions, instance } = await setUp(["one", "two"]);
  await grant(asked);
  const { statusSince } = await instance("two");
  expect(await change({ withheld: asked })).toMatchObject({ status: 200, body: { withheld: asked } });
  expect((await ask("!get", { count: 2 })).sort()).toEqual(["one failed: PERMISSION_DENIED", "two got it"]);
  expect(await permissions()).toMatchObject([{ granted: true, withheld: true, used: null }]);
  expect((await instance("two")).statusSince).toBe(statusSince);

  await change({ withheld: {} });
  expect((await ask("!get", { count: 2 })).sort()).toEqual(["one got it", "two got it"]);
});

test("what was used of a permission is told, for the instance and for the plugin", async () => {
  const { call, grant, asked, ask, permissions } = await setUp(["one", "two"]);
  await grant(asked);
  expect(await permissions()).toMatchObject([{ permission: "network", value: asked.network[0], used: null }]);
  await ask("!get", { count: 2 });
  await ask("!get", { count: 2 });
  const lastAt = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(await permissions()).toMatchObject([
    { words: expect.stringMatching(/^connect to 127/), used: { count: 2, lastAt } },
  ]);
  expect((await call("GET", "/plugins")).body).toMatchObject([
    { permissions: [{ used: { count: 4, lastAt } }] },
  ]);
  expect(await call("GET", "/instances/absent/permissions")).toMatchObject({ status: 404 });
});

test("an instance that may act in some rooms hears nothing of the others, and does nothing there", async () => {
  const { grant, asked, ask, ada, bot, change, roomId, answers, instance } = await setUp(["one"], {
    rooms: ["state", "create"],
  });
  await grant(asked);
  const other = await bot.room([ada]);
  expect(await ask("!get", { room: other })).toEqual(["one got it"]);

  expect(await change({ rooms: [roomId] })).toMatchObject({ status: 200, body: { rooms: [roomId] } });
  await ada.say(other, "!get");
  expect(await ask(`!topic ${other}`)).toEqual(["PERMISSION_DENIED"]);
  await expect(bot.client.getRoomStateEvent(other, "m.room.topic", "")).rejects.toMatchObject({
    errcode: "M_NOT_FOUND",
  });
  expect(await answers(other)).toHaveLength(1);

  // A room that it makes is one of its own.
  const [made = ""] = await ask("!open");
  expect(await ask(`!topic ${made}`)).toEqual(["set"]);
  expect(await instance()).toMatchObject({ rooms: [roomId, made] });

  await change({ rooms: null });
  expect(await ask("!get", { room: other })).toEqual(["one got it"]);
  expect(await change({ rooms: ["#alias:test"] })).toMatchObject({ status: 400 });
});

test("what waits from a room that is taken from an instance is dropped and counted", async () => {
  const { grant, asked, ada, bot, change, roomId, instance } = await setUp();
  await grant(asked);
  const other = await ada.room([bot]);
  await ada.say(other, "!retry");
  await eventually("the delivery to run and wait", async () => (await instance()).counts.received === 1);
  expect((await change({ rooms: [roomId] })).body.counts).toMatchObject({ waiting: 0, skipped: 1 });
});

test("an instance keeps its rooms when the host comes back, from the first event on", async () => {
  const { grant, asked, ada, bot, change, roomId, ask, restart, answers, instance } = await setUp();
  await grant(asked);
  const other = await ada.room([bot]);
  await change({ rooms: [roomId] });
  await restart(async () => void (await ada.say(other, "!get")));
  expect(await ask("!get")).toEqual(["one got it"]);
  expect(await answers(other)).toEqual([]);
  expect(await instance()).toMatchObject({ rooms: [roomId], counts: { received: 1 } });
});
