import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "./testing/homeserver.ts";
import { helloBundle, startTestHost } from "./testing/host.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

test("only this machine reaches the host", async () => {
  const { host } = await startTestHost();
  expect(new URL(host.url).hostname).toBe("127.0.0.1");
});

test("all state lies in one directory, and belongs to its owner alone", async () => {
  const { dataDir, call, signIn } = await startTestHost();
  await signIn();
  await call("POST", "/plugins", { type: "application/octet-stream", bytes: readFileSync(helloBundle()) });
  const found = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  expect(found.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["rookery.db", "secret.key", "lock", "bundles"]),
  );
  for (const entry of found) {
    const mode = (statSync(join(entry.parentPath, entry.name)).mode & 0o777).toString(8);
    expect(mode, entry.name).toBe(entry.isDirectory() ? "700" : "600");
  }
});

test("a second host is kept out of the directory, and may have it after the first", async () => {
  const first = await startTestHost();
  await expect(startTestHost({ dataDir: first.dataDir })).rejects.toMatchObject({ code: "DATA_LOCKED" });
  await first.close();
  await startTestHost({ dataDir: first.dataDir });
});

test("a host that cannot start leaves nothing running and nothing locked", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const dataDir = join(temporaryDirectory(), "data");
  await expect(startTestHost({ dataDir, port })).rejects.toMatchObject({
    ...{ code: "CONFIG_INVALID", message: expect.stringContaining(`Port ${port}`) },
  });
  await startTestHost({ dataDir });
});

test("what was said while the host was away is answered when it is back, once", async () => {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const roomId = await ada.room([bot]);
  const first = await startTestHost();
  await first.signIn();
  await first.call("POST", "/plugins", {
    type: "application/octet-stream",
    bytes: readFileSync(helloBundle()),
  });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await first.call("POST", "/accounts", { body: login });
  await first.call("POST", "/instances", {
    body: { id: "hello", pluginId: "org.rookery.hello", accountId: account.id },
  });
  await first.close();

  await ada.say(roomId, "!hello");
  const second = await startTestHost({ dataDir: first.dataDir });
  const answers = async () =>
    (await ada.messages(roomId)).filter(({ sender }) => sender === bot.userId).map(({ body }) => body);
  await eventually("the answer", async () => (await answers()).length > 0);
  await ada.say(roomId, "!help");
  await eventually("the second answer", async () => (await answers()).length > 1);
  expect((await answers())[0]).toBe("Hello, ada!");
  expect(await answers()).toHaveLength(2);

  await second.signIn();
  await second.call("DELETE", "/instances/hello");
  expect(existsSync(join(first.dataDir, "instances", "hello"))).toBe(false);
});
