import { expect, test } from "vitest";
import { openTestStore } from "../testing/store.ts";

const hash = (text: string) => Buffer.from(text);
const session = { id: "1", userName: "admin", createdAt: 5, lastUsedAt: 5, userAgent: null };

test("a one-time token is taken once, and not after its time", () => {
  const { users } = openTestStore();
  users.insert("admin", "admin", 1);
  users.setOneTimeToken(hash("a"), "admin", 100);
  expect(users.takeOneTimeToken(hash("b"), 50)).toBeUndefined();
  expect(users.takeOneTimeToken(hash("a"), 100)).toBeUndefined();
  expect(users.takeOneTimeToken(hash("a"), 99)).toBe("admin");
  expect(users.takeOneTimeToken(hash("a"), 99)).toBeUndefined();
});

test("a new one-time token ends the user's one before", () => {
  const { users } = openTestStore();
  users.insert("admin", "admin", 1);
  users.setOneTimeToken(hash("a"), "admin", 100);
  users.setOneTimeToken(hash("b"), "admin", 100);
  expect(users.takeOneTimeToken(hash("a"), 1)).toBeUndefined();
  expect(users.takeOneTimeToken(hash("b"), 1)).toBe("admin");
});

test("sessions and tokens follow their user through a change of name", () => {
  const { users, sessions, tokens } = openTestStore();
  users.insert("admin", "admin", 1);
  sessions.add(hash("s"), session);
  const token = {
    id: "2",
    userName: "admin",
    name: "ci",
    role: "viewer",
    createdAt: 1,
    expiresAt: 9,
  } as const;
  tokens.add(hash("t"), token);
  users.setPassword("admin", "ada", "$argon2id$…");
  sessions.touch(hash("s"), 9);
  expect(sessions.get(hash("s"))).toEqual({ ...session, userName: "ada", lastUsedAt: 9 });
  expect(tokens.get(hash("t"))).toEqual({ ...token, userName: "ada", lastUsedAt: null });
  expect(users.get("admin")).toBeUndefined();
});

test("ending the other sessions ends them, and keeps this one", () => {
  const { users, sessions } = openTestStore();
  for (const name of ["admin", "bob"]) users.insert(name, "admin", 1);
  sessions.add(hash("this"), { ...session, id: "this" });
  sessions.add(hash("that"), { ...session, id: "that" });
  sessions.add(hash("his"), { ...session, id: "his", userName: "bob" });
  sessions.endAll("admin", "this");
  expect(["this", "that", "his"].map((token) => sessions.get(hash(token)) !== undefined)).toEqual([
    ...[true, false, true],
  ]);
  expect(sessions.end("admin", "his")).toBe(false);
  sessions.endAll("admin");
  expect(sessions.ofUser("admin")).toEqual([]);
});
