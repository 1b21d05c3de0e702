import { expect, test, vi } from "vitest";
import { withEncryption } from "../../testing/encrypted-user.ts";
import { eventually } from "../../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../../testing/homeserver.ts";
import { startTestHost } from "../../testing/host.ts";
import { bundleOf } from "../../testing/plugin-host.ts";
import { readMetrics } from "../../testing/read-metrics.ts";

// An account's encryption is a thread of its own, which has to start.
vi.setConfig({ testTimeout: 30_000 });

test("in an encrypted room alerts and answers are encrypted, and a command whose key comes late is obeyed", async () => {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const user = (name: string) => register(homeserver, http, name);
  const [person, watcher] = [await user("ada"), await user("watcher")];
  const ada = withEncryption(person);
  const roomId = await ada.encryptedRoom(watcher.userId, (id) => watcher.client.joinRoom(id));
  const alerts = { room: roomId, account: watcher.userId, operators: [ada.userId] };
  const { call, send, signIn } = await startTestHost({ settings: { alerts } });
  await signIn();
  const login = { homeserverUrl: homeserver.url, accessToken: watcher.accessToken };
  const { id: accountId } = (await call("POST", "/accounts", { body: login })).body;
  const encryption = async () => (await call("GET", `/accounts/${accountId}/encryption`)).body;
  await eventually("its encryption", async () => (await encryption()).state === "on");
  const { token } = (await call("POST", "/tokens", { body: { name: "m", role: "viewer", days: 1 } })).body;
  const waiting = async () => {
    const { text } = await send("GET", "/metrics", { headers: { authorization: `Bearer ${token}` } });
    return readMetrics(text).find(({ name }) => name === "rookery_account_events_awaiting_keys")?.value;
  };
  const hears = (text: string) =>
    eventually(`"${text}"`, async () =>
      (await ada.read(roomId)).find(({ body }) => String(body).includes(text)),
    );

  const letGo = ada.holdUpKeys();
  await ada.say(roomId, "!rookery status");
  await eventually("the command to wait", async () => (await waiting()) === 1);
  await letGo();
  await hears("0 of 0 bots run, 1 of 1 accounts sync");

  const broken = bundleOf("1.0.0", 'throw new Error("It is broken");');
  const { id: pluginId } = (
    await call("POST", "/plugins", { type: "application/octet-stream", bytes: broken })
  ).body;
  await call("POST", "/instances", { body: { id: "broken", pluginId, accountId } });
  await hears("⚠️ broken crashed: ");
  await ada.say(roomId, "!rookery logs nosuch");
  await hears("There is no bot called nosuch.");
  // All of it that the homeserver has.
  const types = (await ada.read(roomId)).map(({ wire }) => wire.type);
  expect(types.length).toBeGreaterThan(2);
  expect(new Set(types)).toEqual(new Set(["m.room.encrypted"]));
});
