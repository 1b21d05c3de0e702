import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Type } from "typebox";
import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

const ID = "org.example.test";
const TOKEN = "tok-4711-4711-4711";
const PASSWORD = 'pass"word/\\ö 4712';
const SECRETS = [TOKEN, PASSWORD];
const secret = Type.String({ format: "secret" });
const V1 = { token: secret, mail: Type.Optional(Type.Object({ password: Type.Optional(secret) })) };

/** Shows each secret backwards, so that what it says is not the secret; and tells them where none should be told. */
const SETUP = `
  const backwards = (text) => text === undefined ? "none" : [...text].reverse().join("");
  bot.command("mine", "", (ctx) =>
    ctx.reply([bot.config.token, bot.config.mail?.password, bot.config.apiToken].map(backwards).join(" ")));
  bot.command("tell", "", () => {
    bot.log.info("The token is " + bot.config.token, bot.config);
    console.error(new Error("in the console: " + bot.config.mail?.password));
    throw Object.assign(new Error("The token " + bot.config.token + " was refused."), { code: bot.config.token });
  });
  if (bot.config.token?.startsWith("fail")) throw new Error("No such token: " + bot.config.token);`;

function bundle(version: string, properties: Record<string, unknown> = V1, setup = SETUP): Buffer {
  const configSchema = JSON.parse(
    JSON.stringify(Type.Object(properties as typeof V1, { additionalProperties: false })),
  );
  const about = { name: "Test", description: "A test", license: "MIT", rookery: "*", configSchema };
  return writeBundle({ manifest: { id: ID, version, ...about, main: "plugin.js" }, code: pluginCode(setup) });
}

/** A host with the plugin, and Ada in a room with a bot. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const roomId = await ada.room([bot]);
  const operator = await startTestHost();
  const { call, dataDir } = operator;
  await operator.signIn();
  const upload = (bytes: Buffer) => call("POST", "/plugins", { type: "application/octet-stream", bytes });
  await upload(bundle("1.0.0"));
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const accountId = (await call("POST", "/accounts", { body: login })).body.id;

  return {
    ...{ ...operator, upload, accountId },
    create: (id: string, config: unknown) =>
      call("POST", "/instances", { body: { id, pluginId: ID, accountId, config } }),
    change: (config: unknown, id = "one") => call("PATCH", `/instances/${id}`, { body: { config } }),
    /** Ada says it; gives what the bot has said by then, when that is so many messages. */
    async ask(body: string, count: number) {
      await ada.say(roomId, body);
      return eventually("the answers", async () => {
        const said = (await ada.messages(roomId)).filter(({ sender }) => sender === bot.userId);
        return said.length >= count && said.map((message) => String(message.body));
      });
    },
    say: (body: string) => ada.say(roomId, body),
    /** The files of the data directory that hold one of these texts, as it is or as JSON has it. */
    filesWith(texts: string[]): string[] {
      const forms = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
      return readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => forms.some((form) => readFileSync(path).includes(form)));
    },
  };
}

const backwards = (text: string) => [...text].reverse().join("");

test("a secret reaches its instance, and is nowhere else to be found: not in an answer, a log, or on the disk", async () => {
  const host = await setUp();
  const { create, change, call, ask, answers, say, filesWith } = host;
  const created = await create("one", { token: TOKEN, mail: { password: PASSWORD } });
  expect(created).toMatchObject({ status: 201, body: { status: "running", config: { mail: {} } } });
  expect(created.body.secrets).toEqual({
    "/token": { setAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    "/mail/password": { setAt: expect.any(String) },
  });
  expect(await ask("!mine", 1)).toEqual([`${backwards(TOKEN)} ${backwards(PASSWORD)} none`]);

  await say("!tell");
  const failed = await eventually("the failed delivery", async () => {
    const { body } = await call("GET", "/instances/one/failed-deliveries");
    return body.length > 0 && body[0];
  });
  expect(failed.error).toMatchObject({ message: "The token [secret] was refused." });
  expect(failed.error.stack).toContain("The token [secret] was refused.");
  const lines: string[] = (await call("GET", "/instances/one/logs")).body.map(
    ({ message }: { message: string }) => message,
  );
  expect(lines).toEqual([
    'The token is [secret] {"mail":{"password":"[secret]"},"token":"[secret]"}',
    "in the console: [secret]",
    expect.stringMatching(/^The handler of \$\S+ failed \(.*\): The token \[secret\] was refused\.$/),
  ]);

  await change({ token: "short-lived-one" });
  await change({ token: TOKEN });
  for (const path of ["/instances", "/instances/one", "/plugins", "/notices", "/openapi.json"]) {
    expect((await call("GET", path)).status).toBe(200);
  }
  expect(answers.length).toBeGreaterThan(12);
  for (const value of [...SECRETS, "short-lived-one"]) {
    const inJson = JSON.stringify(value).slice(1, -1);
    expect(answers.filter((text) => text.includes(value) || text.includes(inJson))).toEqual([]);
  }
  expect(filesWith([...SECRETS, "short-lived-one"])).toEqual([]);
  // What is looked for would be found.
  expect(filesWith(['"mail":{}']).map((path) => path.split("/").at(-1))).toContain("rookery.db-wal");
});

test("left out it stays, null or nothing removes it, another replaces it; each instance has its own", async () => {
  const { create, change, call, ask } = await setUp();
  await create("one", { token: "first-secret", mail: { password: "second-secret" } });
  const before = (await call("GET", "/instances/one")).body;
  const kept = await change(before.config);
  expect(kept).toMatchObject({ status: 200, body: { status: "running", secrets: before.secrets } });
  expect((await change({})).body.secrets).toEqual(before.secrets);
  expect(await ask("!mine", 1)).toEqual([`${backwards("first-secret")} ${backwards("second-secret")} none`]);

  const removed = await change({ token: "third-secret", mail: { password: null } });
  expect(removed.body).toMatchObject({ secrets: { "/token": {} }, config: { mail: {} } });
  expect(Object.keys(removed.body.secrets)).toEqual(["/token"]);
  expect((await ask("!mine", 2)).at(-1)).toBe(`${backwards("third-secret")} none none`);

  const refused = await change({ token: "" });
  expect(refused).toMatchObject({ status: 400, body: { code: "CONFIG_INVALID" } });
  expect((await call("GET", "/instances/one")).body.secrets).toEqual(removed.body.secrets);

  await create("two", { token: "of-two-only" });
  expect((await ask("!mine", 4)).slice(2).sort()).toEqual(
    [`${backwards("of-two-only")} none none`, `${backwards("third-secret")} none none`].sort(),
  );
});

test("a start that fails tells why without the secret, also where it is told of a version that was rolled back", async () => {
  const { create, call, upload, answers } = await setUp();
  await create("one", { token: "fail-4711" });
  expect((await call("GET", "/instances/one")).body).toMatchObject({
    statusReason: expect.stringContaining("It did not start: No such token: [secret]."),
  });
  await create("two", { token: TOKEN });
  const failing = bundle("2.0.0", V1, `throw new Error("Not with " + bot.config.token);`);
  const rolledBack = await upload(failing);
  expect(rolledBack).toMatchObject({ status: 422, body: { code: "PLUGIN_START_FAILED" } });
  expect(rolledBack.body.detail).toContain("Not with [secret]");
  await call("GET", "/notices");
  await call("GET", "/plugins");
  expect(answers.filter((text) => text.includes("fail-4711") || text.includes(TOKEN))).toEqual([]);
});

test("an upgrade keeps secrets; one that it drops or renames comes back with the version before", async () => {
  const { create, change, upload, call, ask, dataDir, filesWith } = await setUp();
  await create("one", { token: TOKEN, mail: { password: PASSWORD } });
  const before = (await call("GET", "/instances/one")).body.secrets;
  expect((await upload(bundle("1.1.0"))).body.version).toBe("1.1.0");
  expect((await call("GET", "/instances/one")).body.secrets).toEqual(before);

  const { token: _, ...others } = V1;
  await upload(bundle("2.0.0", { ...others, apiToken: Type.Optional(secret) }));
  expect((await call("GET", "/instances/one")).body.secrets).toEqual({
    "/mail/password": before["/mail/password"],
  });
  await change({ apiToken: "new-name-4713" });
  expect(await ask("!mine", 1)).toEqual([`none ${backwards(PASSWORD)} ${backwards("new-name-4713")}`]);
  expect(filesWith([...SECRETS, "new-name-4713"])).toEqual([]);

  await call("POST", `/plugins/${ID}/rollback`);
  expect((await call("GET", "/instances/one")).body.secrets).toEqual(before);
  expect((await ask("!mine", 2)).at(-1)).toBe(`${backwards(TOKEN)} ${backwards(PASSWORD)} none`);

  // A version that would show it as an ordinary setting does not get it.
  const open = await upload(bundle("3.0.0", { ...others, token: Type.String() }));
  expect(open).toMatchObject({ status: 400, body: { code: "CONFIG_INVALID" } });

  await upload(bundle("4.0.0"));
  await call("DELETE", "/instances/one");
  const db = new Database(join(dataDir, "rookery.db"), { readonly: true });
  const kept = db.prepare("SELECT instances FROM plugin_version").pluck().all();
  db.close();
  expect(new Set(kept)).toEqual(new Set(["[]"]));
});

test("an admin sets secrets; a deployer changes the rest, and leaves them as they are", async () => {
  const { create, call, accountId } = await setUp();
  await create("one", { token: TOKEN });
  const { secrets } = (await call("GET", "/instances/one")).body;
  const { body: made } = await call("POST", "/tokens", { body: { name: "ci", role: "deployer", days: 1 } });
  const headers = { authorization: `Bearer ${made.token}` };
  const change = (config: unknown) => call("PATCH", "/instances/one", { headers, body: { config } });

  expect(await change({ mail: {} })).toMatchObject({ status: 200, body: { config: { mail: {} }, secrets } });
  for (const [config, field] of [
    [{ token: "another" }, "/config/token"],
    [{ mail: { password: "new" } }, "/config/mail/password"],
  ] as const) {
    expect(await change(config)).toMatchObject({
      ...{ status: 403, body: { code: "FORBIDDEN", fields: [{ path: field }] } },
    });
  }
  expect((await call("GET", "/instances/one")).body.secrets).toEqual(secrets);
  const body = { id: "two", pluginId: ID, accountId, config: { token: "mine" } };
  expect((await call("POST", "/instances", { headers, body })).status).toBe(403);
  expect((await call("GET", "/instances")).body).toHaveLength(1);

  // In the audit log: that it was set, and when; not what.
  await call("PATCH", "/instances/one", { body: { config: { token: "another-4714" } } });
  const { text } = await call("GET", "/audit-log");
  expect(JSON.parse(text)[0]).toMatchObject({
    action: "instance.change",
    before: { secrets },
    after: { secrets: { "/token": { setAt: expect.any(String) } } },
  });
  for (const value of [TOKEN, "another-4714"]) expect(text).not.toContain(value);
});
