import { expect, test } from "vitest";
import { addInstances, arrivalOf, openTestStore } from "../testing/store.ts";

test("an account's token is sealed on the disk", () => {
  const { accounts, db, ...store } = openTestStore();
  addInstances({ accounts, ...store }, []);
  const stored = db.prepare<[], Buffer>("SELECT access_token FROM account").pluck().get();
  expect(stored?.includes("secret")).toBe(false);
  expect(accounts.get("account")?.accessToken).toBe("secret");
});

test("a new login of an account goes on from the old sync token", () => {
  const store = openTestStore();
  addInstances(store, []);
  store.inbox.append(arrivalOf("account", "s1", []));
  const login = { userId: "@bot:test", deviceId: "OTHER", homeserverUrl: "http://new", accessToken: "fresh" };
  store.accounts.setLogin({ id: "account", ...login });
  expect(store.accounts.byUserId("@bot:test")).toMatchObject({ ...login, syncToken: "s1" });
});

test("a homeserver that moved moves its accounts, and no other's", () => {
  const store = openTestStore();
  addInstances(store, []);
  const other = {
    deviceId: "D",
    homeserverUrl: "http://other",
    accessToken: "x",
    syncToken: null,
    createdAt: 2,
  };
  store.accounts.insert({ id: "b", userId: "@bot:latest", ...other });
  store.accounts.insert({ id: "c", userId: "@bot:test:8448", ...other });
  store.accounts.moveServer("test", "http://127.0.0.1:2");
  expect(store.accounts.list().map(({ id, homeserverUrl }) => [id, homeserverUrl])).toEqual([
    ["account", "http://127.0.0.1:2"],
    ["b", "http://other"],
    ["c", "http://other"],
  ]);
});

test("one Matrix user is one account", () => {
  const store = openTestStore();
  addInstances(store, []);
  const again = { deviceId: "D", homeserverUrl: "http://x", accessToken: "x", syncToken: null, createdAt: 2 };
  expect(() => store.accounts.insert({ id: "b", userId: "@bot:test", ...again })).toThrow("UNIQUE");
});

test("an instance is read as it was written, and keeps what it wanted when it last ran", () => {
  const store = openTestStore();
  addInstances(store, ["one"]);
  const wanted = { prefix: "!", commands: [], texts: ["hi"], everyText: false, types: [], schedules: [] };
  store.instances.setConfig("one", { greeting: "Hi" });
  store.instances.setEnabled("one", false);
  store.instances.setSubscriptions("one", wanted);
  expect(store.instances.get("one")).toEqual({
    catchUpSeconds: null,
    withheld: {},
    rooms: null,
    id: "one",
    pluginId: "org.example.test",
    accountId: "account",
    config: { greeting: "Hi" },
    enabled: false,
    subscriptions: wanted,
    createdAt: 1,
  });
});

test("what an instance wanted before there were schedules is read as wanting none", () => {
  const store = openTestStore();
  addInstances(store, ["one"]);
  const old = { prefix: "!", commands: [], texts: ["hi"], everyText: false, types: [] };
  store.db.prepare("UPDATE instance SET subscriptions = ?").run(JSON.stringify(old));
  expect(store.instances.get("one")?.subscriptions).toEqual({ ...old, schedules: [] });
});

test("a plugin or an account that an instance uses cannot be removed", () => {
  const store = openTestStore();
  addInstances(store, ["one"]);
  expect(() => store.plugins.remove("org.example.test")).toThrow("FOREIGN KEY");
  expect(() => store.accounts.remove("account")).toThrow("FOREIGN KEY");
});

test("another version of a plugin takes its place", () => {
  const store = openTestStore();
  addInstances(store, ["one"]);
  const [plugin] = store.plugins.list();
  if (!plugin) throw new Error("There is no plugin.");
  store.plugins.put({ ...plugin, version: "2.0.0", granted: { programs: ["yt-dlp"] } });
  expect(store.plugins.list()).toMatchObject([{ version: "2.0.0", granted: { programs: ["yt-dlp"] } }]);
});
