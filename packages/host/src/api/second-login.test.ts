import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../log.ts";
import { clientOf, logIn as logInAgain } from "../matrix/login.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";

/** A bot with a session of the operator's own, and a host that logs it in, too. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const bot = await register(homeserver, http, "bot");
  const logged: string[] = [];
  const host = await startTestHost({ log: createLog("warn", { write: (line) => void logged.push(line) }) });
  await host.signIn();
  const add = async (how: object, homeserverUrl = homeserver.url) => {
    const { status, body } = await host.call("POST", "/accounts", { body: { homeserverUrl, ...how } });
    expect(status).toBe(201);
    return body as { id: string; deviceId: string };
  };
  const byPassword = { username: "bot", password: bot.password };
  return {
    ...{ homeserver, http, bot, host, logged, add, byPassword },
    logIn: (homeserverUrl?: string) => add(byPassword, homeserverUrl),
    /** The bot's sessions at its homeserver. */
    async devices(client = bot.client) {
      const answer = await client.doRequest("GET", "/_matrix/client/v3/devices");
      return answer.devices.map(({ device_id }: { device_id: string }) => device_id) as string[];
    },
  };
}

/** A second address of a server, as a proxy is one, until it is closed. */
async function startProxy(to: string) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(to).port), "127.0.0.1");
    for (const socket of [near, far]) sockets.add(socket.on("error", () => undefined));
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(close);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  return { url: `http://127.0.0.1:${address.port}`, close };
}

test("a new login ends the one before at the homeserver, and the account goes on", async () => {
  const { bot, host, logIn, devices, logged } = await setUp();
  const first = await logIn();
  expect((await devices()).sort()).toEqual([bot.deviceId, first.deviceId].sort());
  const second = await logIn();
  expect(second.id).toBe(first.id);
  await eventually("the end of the first login", async () => !(await devices()).includes(first.deviceId));
  expect((await devices()).sort()).toEqual([bot.deviceId, second.deviceId].sort());
  await eventually("the next sync", async () => {
    return (await host.call("GET", `/accounts/${second.id}`)).body.status === "syncing";
  });
  expect(logged).toEqual([]);
});

test("a token that was handed over is left alone, whatever takes its place, and so is one that stays", async () => {
  const { bot, logIn, add, devices } = await setUp();
  const byToken = { accessToken: bot.accessToken };
  await add(byToken);
  await add(byToken);
  const first = await logIn();
  // A token of the login that the host made: it goes on with it.
  const second = await logIn();
  await eventually("the end of the first login", async () => !(await devices()).includes(first.deviceId));
  await add(byToken);
  await eventually("the end of the second login", async () => !(await devices()).includes(second.deviceId));
  expect(await devices()).toEqual([bot.deviceId]);
});

test("where the old login cannot be ended, the new one holds, and the log waits with it", async () => {
  const { homeserver, http, bot, byPassword, logIn, devices, logged } = await setUp();
  const proxy = await startProxy(homeserver.url);
  const first = await logIn(proxy.url);
  proxy.close();
  const second = await logIn();
  expect(logged.filter((line) => line.includes(first.deviceId))).toEqual([]);
  expect((await devices()).sort()).toEqual([bot.deviceId, first.deviceId, second.deviceId].sort());

  // One that has ended already is nothing to be told of.
  await bot.client.doRequest("POST", "/_matrix/client/v3/logout/all", null, {});
  const watching = clientOf(await logInAgain({ homeserverUrl: homeserver.url, ...byPassword }, http), http);
  const told = logged.length;
  const third = await logIn();
  await logIn();
  await eventually("the end of the third login", async () => {
    return !(await devices(watching)).includes(third.deviceId);
  });
  expect(logged.slice(told)).toEqual([]);
});
