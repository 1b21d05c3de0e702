import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createStore } from "./index.ts";
import { createSecretBox } from "./secret-box.ts";
import { createUnreadable } from "./unreadable.ts";

const NOTHING = { accounts: [], settings: [] };

test("of what a lost key sealed all is given up, of what the new one sealed nothing, and all else stays", () => {
  const lost = createSecretBox(randomBytes(32));
  const box = createSecretBox(randomBytes(32));
  const before = openTestStore(":memory:", lost);
  const { db } = before;
  addInstances(before, ["feed", "plain"]);
  before.accounts.cryptoKey("account");
  const seal = (of: typeof before, pointer: string) =>
    of.instances.secrets.seal("feed", pointer, "secret", 1);
  const store = createStore(db, box);
  const secrets = {
    "/token": seal(before, "/token"),
    "/new": store.instances.secrets.seal("feed", "/new", "x", 2),
  };
  before.instances.setConfig("feed", { every: 5 }, secrets);
  const plugin = before.plugins.get("org.example.test");
  if (!plugin) throw new Error("There is no plugin.");
  const kept = {
    id: "feed",
    config: {},
    secrets: { "/token": seal(before, "/token") },
    subscriptions: null,
    ran: true,
  };
  before.versions.put({ ...plugin, role: "previous", at: 1, instances: [kept], reason: null, starts: 0 });
  const replaced = {
    userId: "@bot:test",
    deviceId: "OLD",
    homeserverUrl: "http://127.0.0.1:1",
    accessToken: "old",
  };
  before.replacedLogins.add({ ...replaced, replacedAt: 1 });
  before.users.insert("ada", "admin", 1);
  before.answers.add("ada", Buffer.alloc(32), lost.seal("answer", "x"), 1);
  expect(createUnreadable(db, lost).find().accounts).toEqual([]);
  expect(() => store.accounts.list()).toThrow("rookery secrets forget");

  const unreadable = createUnreadable(db, box);
  const what = { accounts: ["@bot:test"], settings: [{ instance: "feed", pointer: "/token" }] };
  expect(unreadable.find()).toEqual(what);
  expect(unreadable.forget()).toEqual(what);

  expect(store.accounts.list()).toMatchObject([
    { userId: "@bot:test", homeserverUrl: "http://127.0.0.1:1", deviceId: "" },
  ]);
  expect(store.accounts.cryptoKey("account")).toHaveLength(32);
  const { config, secrets: left } = store.instances.get("feed") ?? {};
  expect([config, Object.keys(left ?? {})]).toEqual([{ every: 5 }, ["/new"]]);
  expect(store.versions.get("org.example.test", "previous")?.instances).toMatchObject([
    { id: "feed", secrets: {} },
  ]);
  expect([store.replacedLogins.list(), store.answers.size("ada").keys]).toEqual([[], 0]);
  expect([unreadable.find(), unreadable.forget()]).toEqual([NOTHING, NOTHING]);
  expect(store.accounts.list()).toHaveLength(1);
});
