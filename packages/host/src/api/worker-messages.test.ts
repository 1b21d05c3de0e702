import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Type } from "typebox";
import { expect, test, vi } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { openDatabase } from "../store/database.ts";
import { createStore } from "../store/index.ts";
import { createSecretBox } from "../store/secret-box.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { MIGRATIONS } from "../testing/store.ts";
import { pluginCode } from "../testing/worker.ts";

/** All that the host posts to workers. */
const posted = vi.hoisted(() => {
  // What the files before this one in its process loaded knows nothing of it.
  vi.resetModules();
  return [] as unknown[];
});

vi.mock("@rookery/plugin-sdk/protocol", async (importOriginal) => {
  const real = await importOriginal<typeof import("@rookery/plugin-sdk/protocol")>();
  const createRpc: typeof real.createRpc = (options) =>
    real.createRpc({
      ...options,
      post(batch) {
        posted.push(batch);
        options.post(batch);
      },
    });
  return { ...real, createRpc };
});

const ID = "org.example.test";
const configSchema = JSON.parse(JSON.stringify(Type.Object({ token: Type.String({ format: "secret" }) })));
const SETUP = `
  bot.command("all", "", async (ctx) => {
    await ctx.react("👍");
    await bot.store.set("a", { b: 1 });
    await bot.store.get("a");
    await ctx.reply("done");
  });
  bot.command("fail", "", async (ctx) => { await ctx.sendTo("!nowhere:test", "x"); });`;
const bundle = (version: string) =>
  writeBundle({
    manifest: {
      ...{ id: ID, version, name: "Test", description: "A test", license: "MIT", rookery: "*" },
      ...{ main: "plugin.js", configSchema },
    },
    code: pluginCode(SETUP),
  });

test("nothing that the host tells a worker, in a whole life of an instance, holds a login's token or the host's key", async () => {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const roomId = await ada.room([bot]);
  const { call, signIn, dataDir, close } = await startTestHost();
  await signIn();
  const upload = (version: string) =>
    call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle(version) });
  const logIn = () =>
    call("POST", "/accounts", {
      body: { homeserverUrl: homeserver.url, username: "bot", password: bot.password },
    });
  const becomes = (status: string) =>
    eventually(status, async () => (await call("GET", "/instances/one")).body.status === status);
  const said = async () =>
    (await ada.messages(roomId)).filter(({ sender, body }) => sender === bot.userId && body === "done");

  await upload("1.0.0");
  const { body: account } = await logIn();
  const body = { id: "one", pluginId: ID, accountId: account.id, config: { token: "tok-4711-4711" } };
  await call("POST", "/instances", { body });
  await ada.say(roomId, "!all");
  await eventually("the answer", async () => (await said()).length === 1);
  await ada.say(roomId, "!fail");
  await eventually(
    "the failure",
    async () => (await call("GET", "/instances/one/failed-deliveries")).body.length === 1,
  );
  await call("PATCH", "/instances/one", { body: { config: { token: "tok-4712-4712" } } });
  await upload("2.0.0");
  await logIn();
  await becomes("running");
  await ada.say(roomId, "!all");
  await eventually("the second answer", async () => (await said()).length === 2);
  for (const action of ["restart", "stop", "start"]) await call("POST", `/instances/one/${action}`);
  await call("DELETE", "/instances/one");
  await close();

  const key = Buffer.from(readFileSync(join(dataDir, "secret.key"), "utf8"), "base64");
  // Its texts, and how inspect shows its bytes.
  const keyTexts = [
    ...[key.toString("base64"), key.toString("hex")],
    ...[[...key].join(", "), (key.toString("hex").match(/../g) ?? []).join(" ")],
  ];
  const store = createStore(openDatabase(join(dataDir, "rookery.db"), MIGRATIONS), createSecretBox(key));
  const tokens = store.accounts.list().map(({ accessToken }) => accessToken);
  store.close();
  expect(tokens).toHaveLength(1);
  const messages = inspect(posted, { depth: null, maxArrayLength: null, maxStringLength: null });
  // What is looked for would be found: the instance's own secrets are there.
  for (const handed of ["tok-4711-4711", "tok-4712-4712", bot.userId, "!all"])
    expect(messages).toContain(handed);
  for (const secret of [...tokens, bot.accessToken, bot.password, ...keyTexts]) {
    expect(messages).not.toContain(secret);
  }
});
