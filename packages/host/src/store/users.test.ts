import { expect, test } from "vitest";
import { openTestStore } from "../testing/store.ts";

const hash = (text: string) => Buffer.from(text);

test("a one-time token is taken once, and not after its time", () => {
  const { users } = openTestStore();
  users.ensure("admin", 1);
  users.setOneTimeToken(hash("a"), "admin", 100);
  expect(users.takeOneTimeToken(hash("b"), 50)).toBeUndefined();
  expect(users.takeOneTimeToken(hash("a"), 100)).toBeUndefined();
  expect(users.takeOneTimeToken(hash("a"), 99)).toBe("admin");
  expect(users.takeOneTimeToken(hash("a"), 99)).toBeUndefined();
});

test("a new one-time token ends the one before", () => {
  const { users } = openTestStore();
  users.ensure("admin", 1);
  users.setOneTimeToken(hash("a"), "admin", 100);
  users.setOneTimeToken(hash("b"), "admin", 100);
  expect(users.takeOneTimeToken(hash("a"), 1)).toBeUndefined();
  expect(users.takeOneTimeToken(hash("b"), 1)).toBe("admin");
});

test("a session follows its user through a change of name", () => {
  const { users } = openTestStore();
  users.ensure("admin", 1);
  users.addSession(hash("s"), "admin", 5);
  users.setPassword("admin", "ada", "argon2id$…");
  users.touchSession(hash("s"), 9);
  expect(users.session(hash("s"))).toEqual({ userName: "ada", createdAt: 5, lastUsedAt: 9 });
  expect(users.get("admin")).toBeUndefined();
});

test("ending the other sessions ends them, and keeps this one", () => {
  const { users } = openTestStore();
  users.ensure("admin", 1);
  for (const token of ["this", "that"]) users.addSession(hash(token), "admin", 1);
  users.endOtherSessions("admin", hash("this"));
  expect(users.session(hash("this"))).toBeDefined();
  expect(users.session(hash("that"))).toBeUndefined();
});

test("somebody has a password from when one is set", () => {
  const { users } = openTestStore();
  users.ensure("admin", 1);
  users.ensure("admin", 2);
  expect(users.hasPassword()).toBe(false);
  users.setPassword("admin", "admin", "argon2id$…");
  expect(users.hasPassword()).toBe(true);
});
