import { expect, test } from "vitest";
import { openTestStore } from "../testing/store.ts";
import { createApiTokens } from "./api-tokens.ts";

const DAY = 24 * 60 * 60_000;

function setUp() {
  const clock = { now: 1_000_000_000 };
  const store = openTestStore();
  store.users.insert("ada", "deployer", 1);
  return { clock, db: store.db, tokens: createApiTokens({ ...store, now: () => clock.now }) };
}

test("a token is known by its beginning, works until it expires, and says when it was used", () => {
  const { clock, tokens } = setUp();
  const { row, token } = tokens.create("ada", { name: "ci", role: "viewer", days: 30 });
  expect(token).toMatch(/^rookery_[\w-]{43}$/);
  expect(row).toMatchObject({ name: "ci", lastUsedAt: null, expiresAt: clock.now + 30 * DAY });
  clock.now += 30 * DAY - 1;
  expect(tokens.find(token)).toMatchObject({ role: "viewer", row: { userName: "ada" } });
  expect(tokens.list("ada")).toMatchObject([{ lastUsedAt: clock.now }]);
  clock.now += 1;
  expect(tokens.find(token)).toBeUndefined();
  clock.now += 30 * DAY - 1;
  tokens.forget();
  expect(tokens.list("ada")).toHaveLength(1);
  clock.now += 1;
  tokens.forget();
  expect(tokens.list("ada")).toEqual([]);
});

test("a token can do no more than its user", () => {
  const { tokens } = setUp();
  expect(() => tokens.create("ada", { name: "ci", role: "admin", days: 1 })).toThrow(
    expect.objectContaining({ code: "FORBIDDEN" }),
  );
});

test("a revoked token works no more; nobody revokes another's", () => {
  const { tokens } = setUp();
  const { row, token } = tokens.create("ada", { name: "ci", role: "viewer", days: 1 });
  expect(() => tokens.remove("bob", row.id)).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  expect(tokens.find(token)).toBeDefined();
  tokens.remove("ada", row.id);
  expect(tokens.find(token)).toBeUndefined();
});

test("a name is used once, and there are at most a hundred", () => {
  const { tokens } = setUp();
  for (let i = 0; i < 100; i++) tokens.create("ada", { name: `t${i}`, role: "viewer", days: 1 });
  expect(() => tokens.create("ada", { name: "t0", role: "viewer", days: 1 })).toThrow("already");
  expect(() => tokens.create("ada", { name: "more", role: "viewer", days: 1 })).toThrow("Revoke one");
});

test("nothing in the database is a token", () => {
  const { tokens, db } = setUp();
  const { token } = tokens.create("ada", { name: "ci", role: "viewer", days: 1 });
  expect(db.serialize().toString("latin1")).not.toContain(token.slice("rookery_".length));
});

test("a token works where its use cannot be noted, as on a full disk", () => {
  const { tokens, db } = setUp();
  const { token } = tokens.create("ada", { name: "ci", role: "viewer", days: 1 });
  db.pragma("query_only = ON");
  expect(tokens.find(token)).toMatchObject({ row: { lastUsedAt: null } });
  db.pragma("query_only = OFF");
  db.exec("ALTER TABLE api_token RENAME COLUMN last_used_at TO gone");
  // What is no matter of the disk is an error.
  expect(() => tokens.find(token)).toThrow("last_used_at");
});
