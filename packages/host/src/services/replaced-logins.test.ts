import { expect, onTestFinished, test } from "vitest";
import { logIn } from "../matrix/login.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { openTestStore } from "../testing/store.ts";
import { createReplacedLogins } from "./replaced-logins.ts";

const HOUR = 60 * 60_000;

/** A bot with a login of the host's beside its own, which is to be ended; the host was killed before it was. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const bot = await register(homeserver, http, "bot");
  const credentials = { homeserverUrl: homeserver.url, username: "bot", password: bot.password };
  const old = await logIn(credentials, http);
  const store = openTestStore();
  const told: string[] = [];
  const start = (now = 0) => {
    const warn = (message: string) => void told.push(message);
    const { accounts, replacedLogins: logins } = store;
    const started = createReplacedLogins({ logins, accounts, http, warn, now: () => now });
    onTestFinished(started.close);
    return started;
  };
  return {
    ...{ store, told, start, old },
    async devices() {
      const { devices } = await bot.client.doRequest("GET", "/_matrix/client/v3/devices");
      return devices.map(({ device_id: id }: { device_id: string }) => id) as string[];
    },
  };
}

test("a login that the host was killed before it could end is ended at the next start", async () => {
  const { store, start, old, devices, told } = await setUp();
  store.replacedLogins.add({ ...old, replacedAt: 0 });
  expect(JSON.stringify(store.db.prepare("SELECT * FROM replaced_login").all())).not.toContain(
    old.accessToken,
  );
  await start().end();
  expect(await devices()).not.toContain(old.deviceId);
  expect(store.replacedLogins.list()).toEqual([]);
  // It has ended already: nothing to be told of.
  store.replacedLogins.add({ ...old, replacedAt: 0 });
  await start(8 * 24 * HOUR).end();
  expect(store.replacedLogins.list()).toEqual([]);
  expect(told).toEqual([]);
});

test("one that cannot be ended is tried for a week, and then told of once", async () => {
  const { store, start, old, told } = await setUp();
  store.replacedLogins.add({ ...old, homeserverUrl: "http://127.0.0.1:1", replacedAt: 0 });
  await start(7 * 24 * HOUR - 1).end();
  expect(store.replacedLogins.list()).toHaveLength(1);
  expect(told).toEqual([]);
  await start(7 * 24 * HOUR).end();
  await start(7 * 24 * HOUR + HOUR).end();
  expect(told).toEqual([expect.stringContaining(`its old one (device ${old.deviceId}) could not be ended`)]);
  expect(store.replacedLogins.list()).toEqual([]);
});

test("one whose token is the account's again is left alone", async () => {
  const { store, start, old, devices } = await setUp();
  store.accounts.insert({ id: "account", ...old, syncToken: null, createdAt: 1 });
  store.replacedLogins.add({ ...old, replacedAt: 0 });
  await start().end();
  expect(await devices()).toContain(old.deviceId);
  expect(store.replacedLogins.list()).toEqual([]);
});
