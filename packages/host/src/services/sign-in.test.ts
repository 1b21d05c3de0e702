import { argon2Sync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecretBox } from "../store/secret-box.ts";
import { LOW_COST } from "../testing/low-cost.ts";
import { openTestStore } from "../testing/store.ts";
import { createAudit } from "./audit.ts";
import type { Passwords } from "./passwords.ts";
import { createSessions } from "./sessions.ts";
import { createSignIn } from "./sign-in.ts";
import { createUserService } from "./users.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const FROM = { address: "127.0.0.1", userAgent: "a browser" };
const PASSWORD = "correct horse";
const refused = expect.objectContaining({ code: "SIGN_IN_FAILED" });
const tooMany = expect.objectContaining({ code: "TOO_MANY_REQUESTS" });

/** For tests that guess often. */
const QUICK: Passwords = {
  hash: async (password) => `quick ${password}`,
  verify: async (password, stored) => ({ right: stored === `quick ${password}`, renew: false }),
};

function setUp(passwords = LOW_COST) {
  const clock = { now: 1_000_000_000 };
  const now = () => clock.now;
  const store = openTestStore();
  const sessions = createSessions(store.sessions, now);
  const audit = createAudit(store.audit, now);
  const box = createSecretBox(randomBytes(32));
  const signIn = createSignIn({ ...store, sessions, audit, box, passwords, now });
  const users = createUserService({ ...store, sessions, now });
  const byLink = (token: string) => signIn.withOneTimeToken(token, FROM).token;
  const first = () => byLink(signIn.createFirstToken());
  return {
    ...{ clock, store, db: store.db, sessions, signIn, users, byLink, first },
    /** Signs in as the first user and gives it a name and a password. */
    async settle(name = "ada") {
      const token = first();
      await signIn.setPassword(token, { name, password: PASSWORD }, FROM);
      return token;
    },
    byPassword: async (name: string, password: string, device?: string) =>
      signIn.withPassword(name, password, FROM, device),
    log: () => store.audit.page({ limit: 100 }).map(({ action, target, error }) => [action, target, error]),
  };
}

test("the printed link signs in once, within an hour, and asks for a password", () => {
  const { clock, signIn, byLink } = setUp();
  const late = signIn.createFirstToken();
  clock.now += HOUR;
  expect(() => byLink(late)).toThrow(refused);

  const token = signIn.createFirstToken();
  clock.now += HOUR - 1;
  expect(signIn.session(byLink(token))).toEqual({
    ...{ id: expect.any(String), name: "admin", role: "admin", mustSetPassword: true },
  });
  expect(() => byLink(token)).toThrow(refused);
});

test("a newer link ends the one before, but not that of another user", () => {
  const { signIn, users, byLink } = setUp();
  const first = signIn.createFirstToken();
  const { link } = users.add("bob", "viewer");
  const second = signIn.createFirstToken();
  expect(() => byLink(first)).toThrow(refused);
  expect(signIn.session(byLink(link.token))).toMatchObject({ name: "bob", role: "viewer" });
  expect(signIn.session(byLink(second))).toMatchObject({ name: "admin" });
});

test("a link is printed until an admin has a password, whoever else has one", async () => {
  const { signIn, users, byLink, first } = setUp(QUICK);
  expect(signIn.needsLink()).toBe(true);
  const admin = first();
  const bob = byLink(users.add("bob", "deployer").link.token);
  await signIn.setPassword(bob, { name: "bob", password: PASSWORD }, FROM);
  expect(signIn.needsLink()).toBe(true);
  await signIn.setPassword(admin, { name: "ada", password: PASSWORD }, FROM);
  expect(signIn.needsLink()).toBe(false);
});

test("a session ends a week after its last use, and a month after its beginning", () => {
  const { clock, signIn, sessions, first, db } = setUp();
  const idle = first();
  const used = first();
  for (let day = 0; day < 30; day++) {
    clock.now += DAY;
    expect(signIn.session(used), `day ${day}`).toBeDefined();
  }
  expect(signIn.session(idle)).toBeUndefined();
  expect(sessions.list("admin")).toHaveLength(1);
  clock.now += 1;
  expect(signIn.session(used)).toBeUndefined();
  expect(sessions.list("admin")).toEqual([]);
  sessions.forget();
  expect(db.prepare("SELECT count(*) FROM session").pluck().get()).toBe(0);
});

test("a name and a password sign in; a wrong one, or a stranger, does not", async () => {
  const { signIn, settle, byPassword } = setUp();
  await settle("ada");
  expect(signIn.session((await byPassword("ada", PASSWORD)).token)).toMatchObject({
    ...{ name: "ada", mustSetPassword: false },
  });
  for (const [name, password] of [
    ["ada", "wrong"],
    ["admin", PASSWORD],
    ["eve", ""],
  ] as const) {
    await expect(byPassword(name, password)).rejects.toThrow(refused);
  }
});

test("a new password needs the one of now, ends the user's other sessions, and keeps this one", async () => {
  const { signIn, settle, byPassword } = setUp();
  const session = await settle();
  const other = (await byPassword("ada", PASSWORD)).token;
  const change = (currentPassword?: string) =>
    signIn.setPassword(session, { name: "ada", password: "another horse", currentPassword }, FROM);
  for (const wrong of [undefined, "wrong"]) {
    await expect(change(wrong)).rejects.toMatchObject({ fields: [{ path: "/currentPassword" }] });
  }
  expect(signIn.session(other)).toBeDefined();
  await change(PASSWORD);
  expect(signIn.session(other)).toBeUndefined();
  expect(signIn.session(session)).toBeDefined();
  await expect(byPassword("ada", PASSWORD)).rejects.toThrow(refused);
  await byPassword("ada", "another horse");
});

test("nobody takes the name of somebody else", async () => {
  const { signIn, users, settle } = setUp(QUICK);
  const session = await settle();
  users.add("bob", "viewer");
  const change = { name: "bob", password: PASSWORD, currentPassword: PASSWORD };
  await expect(signIn.setPassword(session, change, FROM)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("a link for somebody who forgot a password takes it away, and ends the sessions that had it", async () => {
  const { signIn, users, settle, byPassword, byLink } = setUp();
  await settle();
  const { token: old } = await byPassword("ada", PASSWORD);
  const { token } = users.link("ada");
  expect(signIn.session(old)).toBeDefined();
  const session = byLink(token);
  expect(signIn.session(old)).toBeUndefined();
  expect(signIn.session(session)).toMatchObject({ name: "ada", mustSetPassword: true });
  await expect(byPassword("ada", PASSWORD)).rejects.toThrow(refused);
  await signIn.setPassword(session, { name: "ada", password: "another horse" }, FROM);
  await byPassword("ada", "another horse");
});

test("a hash of before goes on working, and is renewed at the next sign-in", async () => {
  const { db, settle, byPassword } = setUp();
  await settle();
  const nonce = randomBytes(16);
  const cost = { parallelism: 4, tagLength: 32, memory: 65_536, passes: 3 };
  const tag = argon2Sync("argon2id", { message: PASSWORD, nonce, ...cost });
  const old = `argon2id$${nonce.toString("base64")}$${tag.toString("base64")}`;
  db.prepare("UPDATE user SET password_hash = ?").run(old);
  const stored = () => db.prepare("SELECT password_hash FROM user").pluck().get();
  await expect(byPassword("ada", "wrong")).rejects.toThrow(refused);
  expect(stored()).toBe(old);
  await Promise.all([byPassword("ada", PASSWORD), byPassword("ada", PASSWORD)]);
  expect(stored()).toMatch(/^\$argon2id\$v=19\$/);
  await byPassword("ada", PASSWORD);
});

test("nothing in the database signs anybody in", async () => {
  const { signIn, db, byLink } = setUp();
  const oneTime = signIn.createFirstToken();
  const session = byLink(oneTime);
  await signIn.setPassword(session, { name: "admin", password: PASSWORD }, FROM);
  const unused = signIn.createFirstToken();
  const everything = db.serialize().toString("latin1");
  for (const secret of [oneTime, session, unused, PASSWORD]) expect(everything).not.toContain(secret);
  for (const hash of db.prepare<[], Buffer>("SELECT token_hash FROM session").pluck().all()) {
    expect(signIn.session(hash.toString("base64url"))).toBeUndefined();
  }
});

test("guessing at a name is slowed down, a right one too, and forgiven after a right one", async () => {
  const { clock, settle, byPassword } = setUp(QUICK);
  await settle();
  for (let i = 0; i < 5; i++) await expect(byPassword("ada", "wrong")).rejects.toThrow(refused);
  await expect(byPassword("ada", PASSWORD)).rejects.toThrow(tooMany);
  clock.now += 1_000;
  await byPassword("ada", PASSWORD);
  for (let i = 0; i < 5; i++) await expect(byPassword("ada", "wrong")).rejects.toThrow(refused);
});

test("trying many names from one address is slowed down, too", async () => {
  const { byPassword } = setUp(QUICK);
  for (let i = 0; i < 20; i++) await expect(byPassword(`name-${i}`, "wrong")).rejects.toThrow(refused);
  await expect(byPassword("yet-another", "wrong")).rejects.toThrow(tooMany);
});

test("whoever guesses does not keep those out who signed in in their browser before, nor a link", async () => {
  const { signIn, users, settle, byPassword, byLink } = setUp(QUICK);
  await settle();
  const { device } = await byPassword("ada", PASSWORD);
  for (let i = 0; i < 5; i++) await expect(byPassword("ada", "wrong")).rejects.toThrow(refused);
  for (const stranger of [undefined, "made up", `${device}x`.slice(1)]) {
    await expect(byPassword("ada", PASSWORD, stranger)).rejects.toThrow(tooMany);
  }
  await byPassword("ada", PASSWORD, device);
  // Of somebody else it says nothing.
  users.add("bob", "viewer");
  for (let i = 0; i < 5; i++) await expect(byPassword("bob", "wrong", device)).rejects.toThrow(refused);
  await expect(byPassword("bob", "wrong", device)).rejects.toThrow(tooMany);
  // In the browser itself guessing is slow as well.
  for (let i = 0; i < 10; i++) await expect(byPassword("ada", "wrong", device)).rejects.toThrow(refused);
  await expect(byPassword("ada", PASSWORD, device)).rejects.toThrow(tooMany);

  for (let i = 0; i < 10; i++) expect(() => byLink("x".repeat(43))).toThrow(refused);
  expect(() => byLink("x".repeat(43))).toThrow(tooMany);
  expect(signIn.session(byLink(users.link("ada").token))).toBeDefined();
});

test("however many try at once, two are looked at, and a few wait; the rest is refused", async () => {
  let running = 0;
  let most = 0;
  const slow: Passwords = {
    hash: QUICK.hash,
    async verify(password, stored) {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return QUICK.verify(password, stored);
    },
  };
  const { settle, byPassword } = setUp(slow);
  await settle();
  const { device } = await byPassword("ada", PASSWORD);
  // Each from another browser: no name and no address is tried often.
  const devices = [device];
  for (let i = 0; i < 40; i++) devices.push((await byPassword("ada", PASSWORD, devices.at(-1))).device);
  const tries = await Promise.allSettled(devices.map((one) => byPassword("ada", PASSWORD, one)));
  expect(most).toBe(2);
  const refusals = tries.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
  expect(new Set(refusals)).toEqual(new Set(["LIMIT"]));
  expect(refusals).toHaveLength(41 - 18);
  await byPassword("ada", PASSWORD, device);
});

test("who signed in, and who tried, is written down; a name that is nobody's is not", async () => {
  const { settle, byPassword, byLink, log } = setUp(QUICK);
  const session = await settle();
  expect(() => byLink("x".repeat(43))).toThrow(refused);
  await expect(byPassword("ada", "wrong")).rejects.toThrow(refused);
  await expect(byPassword("my password by mistake", "")).rejects.toThrow(refused);
  await byPassword("ada", PASSWORD);
  expect(session).toBeDefined();
  expect(log().reverse()).toEqual([
    ["session.begin", "admin", null],
    ["user.set-password", "admin", null],
    ["session.begin", null, "SIGN_IN_FAILED"],
    ["session.begin", "ada", "SIGN_IN_FAILED"],
    ["session.begin", null, "SIGN_IN_FAILED"],
    ["session.begin", "ada", null],
  ]);
});
