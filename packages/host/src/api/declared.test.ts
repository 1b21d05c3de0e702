import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { declaredFolder, startDeclaredHost, type Yaml } from "../testing/declared-host.ts";
import { eventually } from "../testing/eventually.ts";
import { SLACK } from "../testing/homeserver.ts";
import { PLUGIN } from "../testing/plugin-host.ts";

const lineOf = (file: string, text: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.startsWith(text)) + 1;

/** An edit of the configuration, and what is to be done then. */
type Edit = [what: string, edit: (yaml: Yaml) => void, differences: string[]];

test("what is declared is made at the start; every edit makes its difference and no other, and applied twice changes nothing", async () => {
  const folder = await declaredFolder();
  const { ada, bot, bundle, write, declare } = folder;
  const room = await ada.room([bot]);
  const { call, host, differences } = await startDeclaredHost(folder);
  expect(await differences()).toEqual([]);
  const instance = async (id = "hello") => (await call("GET", `/instances/${id}`)).body;
  expect(await instance()).toMatchObject({ status: "running", config: { greeting: "Good day" } });
  const answered = async (text: string) => {
    await ada.say(room, "!hello");
    await eventually(`the answer ${text}`, async () =>
      (await ada.messages(room)).some(({ sender, body }) => sender === bot.userId && body === text),
    );
  };
  await answered("Good day, hunter2");
  const device = async () => (await call("GET", "/accounts")).body[0].deviceId;
  const first = await device();

  const yaml = structuredClone(folder.base);
  const hello = yaml.instances.hello;
  const plugin = yaml.plugins[PLUGIN];
  const edits: Edit[] = [
    ["a config", () => (hello.config.greeting = "Ahoy"), ["change instance hello: config.greeting"]],
    ["a config's default", () => delete hello.config.greeting, ["change instance hello: config.greeting"]],
    ["and back", () => (hello.config.greeting = "Ahoy"), ["change instance hello: config.greeting"]],
    ["a secret", () => write("token", "hunter3"), ["change instance hello: config/token"]],
    ["a secret less", () => delete hello.secretFiles, ["change instance hello: config/token"]],
    [
      "and back",
      () => (hello.secretFiles = folder.base.instances.hello.secretFiles),
      ["change instance hello: config/token"],
    ],
    ["rooms", () => (hello.rooms = [room]), ["change instance hello: rooms"]],
    ["a room's order and a default said aloud change nothing", () => (hello.enabled = true), []],
    ["a catch-up age", () => (hello.catchUpSeconds = 60), ["change instance hello: catchUpSeconds"]],
    ["off", () => (hello.enabled = false), ["change instance hello: enabled"]],
    ["on", () => (hello.enabled = true), ["change instance hello: enabled"]],
    ["what an instance gets", () => (hello.grants = {}), ["change instance hello: withheld"]],
    [
      "what its plugin may",
      () => {
        plugin.grants = { network: ["api.example.org"], webhooks: true };
        delete plugin.refused;
      },
      [`change grants ${PLUGIN}: granted`],
    ],
    [
      "another instance",
      () => (yaml.instances.second = { plugin: PLUGIN, account: bot.userId, enabled: false }),
      ["add instance second: plugin"],
    ],
    ["a prefix", () => (yaml.accounts.greeter.prefix = "?"), [`change account ${bot.userId}: prefix`]],
    ["and back", () => delete yaml.accounts.greeter.prefix, [`change account ${bot.userId}: prefix`]],
    [
      "another name for an account",
      () => {
        yaml.accounts.other = yaml.accounts.greeter;
        delete yaml.accounts.greeter;
        hello.account = "other";
      },
      [],
    ],
    ["a role", () => (yaml.users.grace.role = "viewer"), ["change user grace: role"]],
    ["a user less", () => delete yaml.users.grace, ["remove user grace: disabled"]],
    ["and back", () => (yaml.users = { grace: { role: "viewer" } }), ["change user grace: disabled"]],
    [
      "another version, with the config that it wants",
      () => {
        const configSchema = {
          ...{ type: "object", required: ["greeting", "mood"], additionalProperties: false },
          properties: {
            ...{ greeting: { type: "string" }, mood: { type: "string" } },
            token: { type: "string", format: "secret" },
          },
        };
        Object.assign(plugin, bundle("2.0.0", { configSchema }));
        hello.config.mood = "glad";
        yaml.instances.second.config = { greeting: "x", mood: "sad" };
      },
      [
        `change plugin ${PLUGIN}: version, sha256`,
        "change instance hello: config.mood",
        "change instance second: config.greeting, config.mood",
      ],
    ],
    ["an instance less", () => delete yaml.instances.second, ["remove instance second: "]],
  ];
  for (const [what, edit, expected] of edits) {
    edit(yaml);
    declare(yaml);
    expect([what, await differences()]).toEqual([what, expected]);
    await host.reload();
    expect([what, await differences()]).toEqual([what, []]);
    const before = [(await call("GET", "/instances")).body, (await call("GET", "/audit-log")).body.length];
    await host.reload();
    const after = [(await call("GET", "/instances")).body, (await call("GET", "/audit-log")).body.length];
    expect([what, after]).toEqual([what, before]);
  }

  await answered("Ahoy, hunter3");
  expect(await instance()).toMatchObject({ rooms: [room], catchUpSeconds: 60, config: { mood: "glad" } });
  expect((await call("GET", `/plugins/${PLUGIN}`)).body).toMatchObject({ version: "2.0.0", missing: {} });
  // Logged in once, whatever was edited.
  expect(await device()).toBe(first);
  const text = JSON.stringify((await call("GET", "/audit-log")).body);
  expect(text).toContain("configuration.apply");
  expect(text).not.toMatch(/hunter[23]/);
});

test("what is taken out is stopped and kept, also while the host was down; put back it goes on", async () => {
  const folder = await declaredFolder();
  const { base, declare, bot } = folder;
  const first = await startDeclaredHost(folder);
  const account = (await first.call("GET", "/accounts")).body[0];
  await first.close();

  declare({ users: base.users });
  const second = await startDeclaredHost(folder, first.dataDir);
  const { call, host, differences } = second;
  const kept = (await call("GET", "/instances/hello")).body;
  expect(kept).toMatchObject({ enabled: false, status: "stopped", managed: null });
  expect(kept.config).toEqual({ greeting: "Good day" });
  expect(kept.secrets).toHaveProperty("/token");
  expect((await call("GET", "/accounts")).body[0]).toMatchObject({
    ...{ userId: bot.userId, status: "offline", managed: null },
  });
  expect((await call("GET", `/plugins/${PLUGIN}`)).body).toMatchObject({ version: "1.0.0", managed: null });
  // It is free now.
  expect((await call("PATCH", "/instances/hello", { body: { catchUpSeconds: 5 } })).status).toBe(200);

  declare(base);
  expect(await differences()).toEqual([
    `change account ${bot.userId}: enabled`,
    "change instance hello: enabled, catchUpSeconds",
  ]);
  await host.reload();
  expect((await call("GET", "/instances/hello")).body).toMatchObject({
    status: "running",
    catchUpSeconds: null,
  });
  expect((await call("GET", "/accounts")).body[0]).toMatchObject({
    deviceId: account.deviceId,
    enabled: true,
  });
});

test("what is off, or bounded, since the host went down is so before it takes anything at its next start", async () => {
  const folder = await declaredFolder();
  const { ada, bot, base, declare } = folder;
  const room = await ada.room([bot]);
  const other = await ada.room([bot]);
  const first = await startDeclaredHost(folder);
  await first.close();
  for (const where of [room, other]) await ada.say(where, "!hello");
  base.instances.hello.rooms = [room];
  declare(base);
  const second = await startDeclaredHost(folder, first.dataDir);
  const answers = async (where: string) =>
    (await ada.messages(where)).filter(({ sender }) => sender === bot.userId).length;
  await eventually("the answer where it may", async () => (await answers(room)) === 1);
  expect(await answers(other)).toBe(0);
  await second.close();

  await ada.say(room, "!hello");
  base.instances.hello.enabled = false;
  declare(base);
  const third = await startDeclaredHost(folder, first.dataDir);
  expect((await third.call("GET", "/instances/hello")).body).toMatchObject({ status: "stopped" });
  expect(await answers(room)).toBe(1);
});

test("what is managed says so, and refuses to be changed anywhere else; what is free stays free", async () => {
  const folder = await declaredFolder();
  const { call } = await startDeclaredHost(folder);
  const entry = (of: string) => ({ file: folder.configFile, entry: of });
  const account = (await call("GET", "/accounts")).body[0];
  expect(account.managed).toEqual(entry("accounts.greeter"));
  expect((await call("GET", "/instances/hello")).body.managed).toEqual(entry("instances.hello"));
  expect((await call("GET", `/plugins/${PLUGIN}`)).body.managed).toEqual(entry(`plugins.${PLUGIN}`));
  expect((await call("GET", "/users/grace")).body.managed).toEqual(entry("users.grace"));

  const newer = { type: "application/octet-stream", bytes: readFileSync(folder.bundle("9.0.0").path) };
  const refused: [string, string, object][] = [
    ["POST", "/instances/hello/stop", {}],
    ["PATCH", "/instances/hello", { body: { config: {} } }],
    ["DELETE", "/instances/hello", {}],
    ["POST", "/plugins", newer],
    ["PUT", `/plugins/${PLUGIN}/grants`, { body: {} }],
    ["POST", `/plugins/${PLUGIN}/rollback`, {}],
    ["DELETE", `/plugins/${PLUGIN}`, {}],
    ["PATCH", `/accounts/${account.id}`, { body: { enabled: false } }],
    ["DELETE", `/accounts/${account.id}`, {}],
    ["PATCH", "/users/grace", { body: { role: "admin" } }],
    ["DELETE", "/users/grace", {}],
  ];
  for (const [method, path, more] of refused) {
    const { status, body } = await call(method, path, more);
    expect([method, path, status, body.code]).toEqual([method, path, 409, "MANAGED"]);
    expect(body.detail).toContain(`is managed by ${folder.configFile}: change `);
  }
  expect((await call("GET", "/instances/hello")).body).toMatchObject({ status: "running" });

  expect((await call("POST", "/instances/hello/restart")).status).toBe(200);
  const copy = { from: "hello", id: "copy", enabled: false };
  expect((await call("POST", "/instances/duplicate", { body: copy })).body).toMatchObject({ managed: null });
  expect((await call("DELETE", "/instances/copy")).status).toBe(204);
  expect((await call("POST", "/users", { body: { name: "linus", role: "viewer" } })).status).toBe(201);
});

test("what was changed behind the configuration's back is told, and made as declared at the next reload", async () => {
  const { host, call, notices } = await startDeclaredHost(await declaredFolder());
  // As whoever writes to the database does.
  await host.services.instances.change("hello", { enabled: false });
  const [drift] = await notices("configuration-drift");
  expect(drift?.message).toMatch(
    /^Not everything is as .*rookery\.yaml says: instances\.hello \(enabled\)\.$/,
  );
  await host.reload();
  expect(await notices("configuration-drift")).toEqual([]);
  expect((await call("GET", "/instances/hello")).body).toMatchObject({ status: "running" });
});

test("one that cannot be applied keeps no other from it, and is told with the reason until it is mended", async () => {
  const folder = await declaredFolder();
  const { base, declare, write, bot } = folder;
  declare({
    ...base,
    plugins: {
      ...base.plugins,
      "org.example.absent": { path: "/nowhere.mbp", sha256: "ab".repeat(32) },
      "org.example.other": { path: base.plugins[PLUGIN].path, sha256: "cd".repeat(32) },
    },
    accounts: {
      ...base.accounts,
      wrong: { ...base.accounts.greeter, userId: "@ada:test", passwordFile: write("wrong", "no") },
      elsewhere: {
        ...{ userId: "@new:elsewhere.test", homeserver: folder.homeserver.url },
        registrationTokenFile: write("registration", "a token"),
      },
    },
    instances: {
      ...base.instances,
      lost: { plugin: "org.example.absent", account: "greeter" },
      misfit: { plugin: PLUGIN, account: "greeter", config: { greeting: 5 } },
      open: { plugin: PLUGIN, account: "greeter", config: { token: "in the open" } },
      nobodys: { plugin: PLUGIN, account: "wrong" },
    },
  });
  const { call, host, differences, notices } = await startDeclaredHost(folder);
  expect((await call("GET", "/instances")).body).toMatchObject([{ id: "hello", status: "running" }]);
  const told = (await differences()).join("\n");
  for (const [entry, why] of [
    ["add plugin org.example.absent", "The bundle /nowhere.mbp cannot be read"],
    ["add plugin org.example.other", "The SHA-256 of"],
    ["add account @ada:test", "did not accept the login"],
    ["add account @new:elsewhere.test", "The login is that of @new:test, not of @new:elsewhere.test"],
    ["add instance lost", "There is no plugin org.example.absent"],
    ["add instance misfit", "/config/greeting must be string"],
    ["add instance open", "/token is a secret setting of org.example.test: take it out of config"],
    ["add instance nobodys", "The account @ada:test is not logged in"],
  ] as const) {
    expect(told).toMatch(new RegExp(`^${entry.replaceAll(".", "\\.")}:.*${why}`, "m"));
  }
  const [absent] = await notices("declared:plugin:org.example.absent");
  expect(absent?.message).toContain(
    "plugins.org.example.absent could not be applied: The bundle /nowhere.mbp",
  );
  expect(absent?.remedy).toContain(
    `${folder.configFile}, line ${lineOf(folder.configFile, "  org.example.absent:")}`,
  );
  expect(await notices("declared:")).toHaveLength(8);
  expect(JSON.stringify((await call("GET", "/audit-log")).body)).not.toContain("in the open");

  declare(base);
  await host.reload();
  expect(await notices("declared:")).toEqual([]);
  expect(await differences()).toEqual([]);
  expect((await call("GET", "/accounts")).body.map(({ userId }: Yaml) => userId)).toEqual([bot.userId]);
});

test("a version that asks for more waits until the file says so, and its hash there is the word for another signer", async () => {
  const folder = await declaredFolder();
  const { base, bundle, declare } = folder;
  const plugin = base.plugins[PLUGIN];
  Object.assign(plugin, bundle("1.0.0", {}, generateKeyPairSync("ed25519").privateKey));
  declare(base);
  const { call, host, differences, notices } = await startDeclaredHost(folder);
  expect(await differences()).toEqual([]);
  const version = async () => (await call("GET", `/plugins/${PLUGIN}`)).body.version;

  const permissions = { network: ["api.example.org", "more.example.org"], webhooks: true as const };
  Object.assign(plugin, bundle("1.1.0", { permissions }));
  declare(base);
  await host.reload();
  expect(await version()).toBe("1.0.0");
  expect(await differences()).toEqual([
    expect.stringMatching(/^none grants .*Version 1\.1\.0 wants to connect to more\.example\.org\./),
  ]);
  expect(await notices(`declared:grants:${PLUGIN}`)).toHaveLength(1);

  plugin.grants = { network: permissions.network };
  declare(base);
  await host.reload();
  expect([await version(), await differences()]).toEqual(["1.1.0", []]);

  // One that waits and is declared no more is not let in by what is granted then.
  const kept = { path: plugin.path, sha256: plugin.sha256 };
  Object.assign(plugin, bundle("1.2.0", { permissions: { ...permissions, rooms: ["state"] } }));
  declare(base);
  await host.reload();
  expect(await version()).toBe("1.1.0");
  Object.assign(plugin, kept, { grants: { network: permissions.network, rooms: ["state"] } });
  base.instances.hello.grants = { webhooks: true };
  declare(base);
  expect(await differences()).toEqual([
    `change plugin ${PLUGIN}: waiting`,
    "change instance hello: withheld",
    `change grants ${PLUGIN}: granted`,
  ]);
  await host.reload();
  expect([await version(), await differences()]).toEqual(["1.1.0", []]);
});

test("a broken file keeps what held before and says why; what only a restart changes is told", async () => {
  const folder = await declaredFolder();
  const { base, declare } = folder;
  const { call, host, notices } = await startDeclaredHost(folder);
  declare("instances: { hello: { plugn: x } }");
  await host.reload();
  expect((await call("GET", "/instances/hello")).body).toMatchObject({ status: "running" });
  expect((await call("POST", "/instances/hello/stop")).status).toBe(409);
  const [broken] = await notices("configuration-broken");
  expect(broken?.message).toContain("line 1: instances.hello.plugn is not a setting that Rookery knows");
  const { status, body } = await call("GET", "/configuration/differences");
  expect([status, body.code]).toEqual([400, "CONFIG_INVALID"]);

  declare({ ...base, limits: { databaseMb: 64 } });
  await host.reload();
  expect(await notices("configuration-broken")).toEqual([]);
  const [restart] = await notices("configuration-restart");
  expect(restart?.message).toBe("limits.databaseMb was changed, and holds from the next start.");
});

test("an account is logged in anew when its password file has another, and as nobody else", async () => {
  const folder = await declaredFolder();
  const { ada, base, bot, declare, write } = folder;
  const { call, host, differences } = await startDeclaredHost(folder);
  const login = async () => (await call("GET", "/accounts")).body[0];
  const { deviceId } = await login();
  write("password", "another that is wrong");
  expect(await differences()).toEqual([`change account ${bot.userId}: login`]);
  await host.reload();
  expect(await differences()).toEqual([
    expect.stringMatching(`^change account ${bot.userId}: login \\(.* did not accept the login`),
  ]);
  // It goes on with the login that it has.
  expect(await login()).toMatchObject({ deviceId, status: "syncing" });

  const token = write("ada-token", ada.accessToken);
  declare({ ...base, accounts: { greeter: { ...base.accounts.greeter, accessTokenFile: token } } });
  await host.reload();
  expect((await differences())[0]).toContain(bot.userId);
  expect((await call("GET", "/accounts")).body).toHaveLength(1);
  expect(await login()).toMatchObject({ userId: bot.userId, deviceId });
});

test("an application service's account that was added by hand is declared with the token that it has, and not logged in anew", async () => {
  const folder = await declaredFolder({ appservices: [SLACK] });
  const { base, homeserver, declare, write } = folder;
  const { call, host, differences } = await startDeclaredHost(folder);
  const login = { homeserverUrl: homeserver.url, accessToken: SLACK.as_token, username: "slack_bot" };
  const { body: added } = await call("POST", "/accounts", { body: login });
  const bridge = { userId: added.userId, homeserver: homeserver.url };
  const declared = (token: string) =>
    declare({
      ...base,
      accounts: { ...base.accounts, bridge: { ...bridge, accessTokenFile: write("as-token", token) } },
    });
  declared("another token");
  expect(await differences()).toEqual([`change account ${added.userId}: login`]);
  declared(SLACK.as_token);
  await host.reload();
  expect(await differences()).toEqual([]);
  expect((await call("GET", `/accounts/${added.id}`)).body.deviceId).toBe(added.deviceId);
});

test("an account whose login its homeserver takes no more is logged in anew at the next reload", async () => {
  const folder = await declaredFolder();
  const { call, host } = await startDeclaredHost(folder);
  const login = async () => (await call("GET", "/accounts")).body[0];
  const { deviceId } = await login();
  const room = await folder.ada.room([folder.bot]);
  await folder.bot.client.doRequest("POST", "/_matrix/client/v3/logout/all", null, {});
  // The sync that is waiting gets it, and the next one is refused.
  await folder.ada.say(room, "Anybody there?");
  await eventually("the account is blocked", async () => (await login()).status === "blocked");
  await host.reload();
  await eventually("the account is well", async () => (await login()).status === "syncing");
  expect((await login()).deviceId).not.toBe(deviceId);
});
