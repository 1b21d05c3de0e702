import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecretBox } from "../store/secret-box.ts";
import { openTestStore } from "../testing/store.ts";
import { createApiTokens } from "./api-tokens.ts";
import { createAudit } from "./audit.ts";
import { createSessions } from "./sessions.ts";
import { createSignIn } from "./sign-in.ts";
import { createUserService } from "./users.ts";

const DAY = 24 * 60 * 60_000;
const FROM = { address: "127.0.0.1", userAgent: null };
const lastAdmin = expect.objectContaining({ code: "LAST_ADMIN" });

function setUp() {
  const clock = { now: 1_000_000_000 };
  const now = () => clock.now;
  const store = openTestStore();
  const sessions = createSessions(store.sessions, now);
  const signIn = createSignIn({
    ...{ ...store, sessions, now, audit: createAudit(store.audit), box: createSecretBox(randomBytes(32)) },
  });
  const users = createUserService({ ...store, sessions, now });
  const tokens = createApiTokens({ ...store, now });
  users.add("ada", "admin");
  return { clock, signIn, users, tokens, sessions };
}

test("the last admin is neither removed, nor disabled, nor made less", () => {
  const { users } = setUp();
  users.add("bob", "deployer");
  const attempts = [
    () => users.remove("ada"),
    () => users.change("ada", { disabled: true }),
    () => users.change("ada", { role: "deployer" }),
  ];
  for (const attempt of attempts) expect(attempt).toThrow(lastAdmin);
  users.change("bob", { role: "admin" });
  users.change("bob", { disabled: true });
  for (const attempt of attempts) expect(attempt).toThrow(lastAdmin);
  users.change("bob", { disabled: false });
  users.remove("ada");
  expect(users.list().map(({ name, role }) => [name, role])).toEqual([["bob", "admin"]]);
  expect(() => users.remove("bob")).toThrow(lastAdmin);
});

test("who is added gets in by a link within a day, once", () => {
  const { clock, signIn, users } = setUp();
  const { link, user } = users.add("bob", "viewer");
  expect(user).toMatchObject({ name: "bob", role: "viewer", hasPassword: false, disabledAt: null });
  clock.now += DAY - 1;
  const { token } = signIn.withOneTimeToken(link.token, FROM);
  expect(signIn.session(token)).toMatchObject({ name: "bob", mustSetPassword: true });
  const late = users.link("bob");
  clock.now += DAY;
  expect(() => signIn.withOneTimeToken(late.token, FROM)).toThrow("too old");
  expect(() => users.add("bob", "viewer")).toThrow(expect.objectContaining({ code: "CONFLICT" }));
});

test("a new role holds at once, for sessions and tokens", () => {
  const { signIn, users, tokens } = setUp();
  const { link } = users.add("bob", "deployer");
  const { token: session } = signIn.withOneTimeToken(link.token, FROM);
  const { token } = tokens.create("bob", { name: "ci", role: "deployer", days: 1 });
  users.change("bob", { role: "viewer" });
  expect([signIn.session(session)?.role, tokens.find(token)?.role]).toEqual(["viewer", "viewer"]);
  users.change("bob", { role: "admin" });
  // A token never gets more than it was made for.
  expect([signIn.session(session)?.role, tokens.find(token)?.role]).toEqual(["admin", "deployer"]);
});

test("who is disabled is signed out, and comes in by no link, session or token until enabled", () => {
  const { signIn, users, tokens } = setUp();
  const { link } = users.add("bob", "viewer");
  const { token: session } = signIn.withOneTimeToken(link.token, FROM);
  const { token } = tokens.create("bob", { name: "ci", role: "viewer", days: 1 });
  const { token: unused } = users.link("bob");
  users.change("bob", { disabled: true });
  expect(signIn.session(session)).toBeUndefined();
  expect(tokens.find(token)).toBeUndefined();
  expect(() => signIn.withOneTimeToken(unused, FROM)).toThrow("used already");
  expect(() => users.link("bob")).toThrow(expect.objectContaining({ code: "CONFLICT" }));
  users.change("bob", { disabled: false });
  expect(signIn.session(session)).toBeUndefined();
  expect(tokens.find(token)).toBeDefined();
});

test("with a user go sessions and tokens", () => {
  const { signIn, users, tokens } = setUp();
  const { link } = users.add("bob", "viewer");
  const { token: session } = signIn.withOneTimeToken(link.token, FROM);
  const { token } = tokens.create("bob", { name: "ci", role: "viewer", days: 1 });
  users.remove("bob");
  users.add("bob", "admin");
  expect(signIn.session(session)).toBeUndefined();
  expect(tokens.find(token)).toBeUndefined();
});
