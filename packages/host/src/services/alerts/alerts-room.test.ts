import { expect, test } from "vitest";
import { writeBundle } from "../../bundle/index.ts";
import { eventually } from "../../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../../testing/homeserver.ts";
import { startTestHost } from "../../testing/host.ts";
import { pluginCode } from "../../testing/worker.ts";

/** It starts unless it is told to be broken; its log has something that must not become markup. */
const PLUGIN = pluginCode(`
  bot.log.info("<b>began</b>");
  if (bot.config.broken) throw new Error("It is broken");
`);

test("the operators' room hears of a bot that crashed, and takes commands of theirs only, whatever power anybody has there", async () => {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const user = (name: string) => register(homeserver, http, name);
  const [ada, eve, watcher, bot] = [
    await user("ada"),
    await user("eve"),
    await user("watcher"),
    await user("bot"),
  ];
  const room = await ada.room([eve, watcher]);
  const alerts = { room, account: watcher.userId, operators: [ada.userId] };
  const operator = await startTestHost({ settings: { alerts } });
  await operator.signIn();
  const { call } = operator;
  const add = async ({ accessToken }: { accessToken: string }) =>
    (await call("POST", "/accounts", { body: { homeserverUrl: homeserver.url, accessToken } })).body
      .id as string;
  await add(watcher);
  const accountId = await add(bot);
  const bytes = await writeBundle({
    manifest: {
      ...{
        id: "org.example.broken",
        version: "1.0.0",
        name: "Broken",
        description: "Broken",
        license: "MIT",
      },
      ...{ rookery: "*", main: "plugin.js" },
      configSchema: { type: "object", properties: { broken: { type: "boolean" } } },
    },
    code: PLUGIN,
  });
  await call("POST", "/plugins", { type: "application/octet-stream", bytes });
  const instance = { id: "broken", pluginId: "org.example.broken", accountId, config: { broken: true } };
  await call("POST", "/instances", { body: instance });

  const said = async () => (await ada.messages(room)).filter(({ sender }) => sender === watcher.userId);
  const hears = (text: string) =>
    eventually(`"${text}" in the room`, async () =>
      (await said()).find(({ body }) => String(body).includes(text)),
    );

  expect(await hears("⚠️ broken crashed: ")).toMatchObject({ content: { msgtype: "m.text" } });

  const elsewhere = await ada.room([watcher]);
  await ada.say(elsewhere, "!rookery restart broken");
  await eve.say(room, "!rookery restart broken");
  const powers = { users: { [ada.userId]: 100, [eve.userId]: 100 } };
  await ada.client.sendStateEvent(room, "m.room.power_levels", "", powers);
  await eve.say(room, "!rookery restart broken");
  const powerless = { users: { [eve.userId]: 100, [ada.userId]: 0 } };
  await ada.client.sendStateEvent(room, "m.room.power_levels", "", powerless);
  const asked = await ada.say(room, "!rookery status");
  const status = await hears("0 of 1 bots run, 2 of 2 accounts sync");
  expect(status.content).toMatchObject({
    msgtype: "m.notice",
    "m.relates_to": { "m.in_reply_to": { event_id: asked } },
  });
  expect(status.body).toMatch(/broken: (crashed|starting)/);

  await ada.say(room, "!rookery logs broken");
  const logs = await hears("The log of broken:");
  expect(logs.body).toContain("<b>began</b>");
  expect(String(logs.content.formatted_body)).toContain("&lt;b&gt;began&lt;/b&gt;");
  await ada.say(room, "!rookery logs nosuch");
  await hears("There is no bot called nosuch.");
  await ada.say(room, "!rookery dance broken");
  await hears("!rookery restart NAME");

  await call("PATCH", "/instances/broken", { body: { config: { broken: false } } });
  await ada.say(room, "!rookery restart broken");
  await hears("broken was started anew.");
  await ada.say(room, "!rookery status");
  await hears("1 of 1 bots run");
  expect((await ada.messages(elsewhere)).filter(({ sender }) => sender === watcher.userId)).toEqual([]);
  // Eve's were no commands: nobody answered them, and the audit log has Ada's alone.
  const { body } = await call("GET", "/audit-log?action=instance.restart");
  expect(body.map(({ user, target }: Record<string, unknown>) => [user, target])).toEqual([
    [ada.userId, "broken"],
  ]);
});

test("a summary at a time that is none keeps the host from starting, and is named", async () => {
  const alerts = { room: "!a:test", account: "@a:test", operators: [], summary: "at eight" };
  await expect(startTestHost({ settings: { alerts } })).rejects.toMatchObject({
    ...{ code: "CONFIG_INVALID", message: expect.stringContaining("alerts.summary") },
  });
});
