import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, SLACK, slackbot, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

const PLUGIN = "org.example.bridge";
const ADA = "@slack_ada:test";

const bundle = (version: string, impersonate: string[]) =>
  writeBundle({
    manifest: {
      ...{ id: PLUGIN, version, name: "Bridge", description: "A bridge", license: "MIT", rookery: "*" },
      ...{ main: "plugin.js", permissions: { impersonate } },
    },
    code: pluginCode(`
      bot.command("say", { description: "", args: { as: Type.String(), text: Type.String() } }, async (ctx) => {
        try {
          await ctx.as(ctx.args.as).setProfile({ displayName: "Ada (Slack)" });
          await ctx.as(ctx.args.as).reply(ctx.args.text);
        } catch (error) {
          await ctx.reply(error.code);
        }
      });
      bot.hears("echo", (ctx) => ctx.send("heard " + ctx.sender.userId));
    `),
  });

test("an operator grants whom a bridge acts as, sees what came of it, and takes it back", async () => {
  const homeserver = await startTestHomeserver({ appservices: [SLACK] });
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await slackbot(homeserver, http);
  const { call, signIn, answers } = await startTestHost();
  await signIn();
  const upload = async (version: string, impersonate: string[]) =>
    call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle(version, impersonate) });
  const permissions = async () => (await call("GET", "/instances/bridge/permissions")).body;
  const said = async () => (await ada.messages(roomId)).map(({ sender, body }) => [sender, body]);
  const say = async (text: string) => {
    const before = (await said()).length;
    await ada.say(roomId, text);
    return await eventually(`an answer to ${text}`, async () => (await said()).slice(before + 1)[0]);
  };

  await upload("1.0.0", ["slack_*"]);
  const login = { homeserverUrl: homeserver.url, accessToken: SLACK.as_token };
  const { body: account } = await call("POST", "/accounts", { body: login });
  expect(account).toMatchObject({ userId: "@slackbot:test", isApplicationService: true });
  const roomId = await ada.room([bot]);
  const { body: blocked } = await call("POST", "/instances", {
    body: { id: "bridge", pluginId: PLUGIN, accountId: account.id, config: {} },
  });
  expect(blocked.statusReason).toContain("to act as the users slack_* of its homeserver");

  const granted = await call("PUT", `/plugins/${PLUGIN}/grants`, { body: { impersonate: ["slack_*"] } });
  expect(granted.body.permissions).toMatchObject([
    { permission: "impersonate", value: "slack_*", words: "act as the users slack_* of its homeserver" },
  ]);
  await eventually(
    "the bridge",
    async () => (await call("GET", "/instances/bridge")).body.status === "running",
  );
  expect(await say("!say slack_ada hello")).toEqual([ADA, "hello"]);
  expect(await ada.client.getUserProfile(ADA)).toMatchObject({ displayname: "Ada (Slack)" });
  // What it says in her name is nobody's word to answer.
  expect(await say("!say slack_ada echo")).toEqual([ADA, "echo"]);
  expect(await say("echo")).toEqual([bot.userId, "heard @ada:test"]);
  expect((await said()).map(([, body]) => body)).not.toContain(`heard ${ADA}`);
  expect(await permissions()).toMatchObject([{ granted: true, withheld: false, used: { count: 4 } }]);

  await call("PATCH", "/instances/bridge", { body: { withheld: { impersonate: ["slack_*"] } } });
  expect(await say("!say slack_ada again")).toEqual([bot.userId, "PERMISSION_DENIED"]);

  const { body: upgraded } = await upload("1.1.0", ["slack_*", "irc_*"]);
  expect(upgraded.waiting.permissions).toMatchObject([
    { value: "irc_*", words: "act as the users irc_* of its homeserver", granted: false },
  ]);
  expect(upgraded.version).toBe("1.0.0");

  // One of the namespace can be an account of its own; then nobody else acts as it.
  await call("PATCH", "/instances/bridge", { body: { withheld: {} } });
  const { body: second } = await call("POST", "/accounts", { body: { ...login, username: "slack_bot" } });
  expect(second).toMatchObject({ userId: "@slack_bot:test", isApplicationService: true });
  expect(await say("!say slack_bot hello")).toEqual([bot.userId, "PERMISSION_DENIED"]);
  expect(answers.join("\n")).not.toContain(SLACK.as_token);
});
