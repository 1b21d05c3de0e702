import { expect, test } from "vitest";
import { openTestStore } from "../testing/store.ts";
import { createSignIn } from "./sign-in.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const refused = expect.objectContaining({ code: "SIGN_IN_FAILED" });

function setUp() {
  const clock = { now: 1_000_000 };
  const { users, db } = openTestStore();
  return { clock, db, signIn: createSignIn(users, () => clock.now) };
}

test("the printed link signs in once, within an hour, and asks for a password", () => {
  const { clock, signIn } = setUp();
  const late = signIn.createOneTimeToken();
  clock.now += HOUR;
  expect(() => signIn.withOneTimeToken(late)).toThrow(refused);

  const token = signIn.createOneTimeToken();
  clock.now += HOUR - 1;
  expect(signIn.session(signIn.withOneTimeToken(token))).toEqual({ name: "admin", mustSetPassword: true });
  expect(() => signIn.withOneTimeToken(token)).toThrow(refused);
});

test("a newer link ends the one before", () => {
  const { signIn } = setUp();
  const first = signIn.createOneTimeToken();
  signIn.createOneTimeToken();
  expect(() => signIn.withOneTimeToken(first)).toThrow(refused);
});

test("a session ends a week after its last use, and a month after its beginning", () => {
  const { clock, signIn } = setUp();
  const idle = signIn.withOneTimeToken(signIn.createOneTimeToken());
  const used = signIn.withOneTimeToken(signIn.createOneTimeToken());
  for (let day = 0; day < 30; day++) {
    clock.now += DAY;
    expect(signIn.session(used), `day ${day}`).toBeDefined();
  }
  expect(signIn.session(idle)).toBeUndefined();
  clock.now += 1;
  expect(signIn.session(used)).toBeUndefined();
});

test("a name and a password sign in; a wrong one, or a stranger, does not", async () => {
  const { signIn } = setUp();
  const session = signIn.withOneTimeToken(signIn.createOneTimeToken());
  await signIn.setPassword(session, "ada", "correct horse");
  expect(signIn.hasPassword()).toBe(true);
  expect(signIn.session(await signIn.withPassword("ada", "correct horse"))).toEqual({
    ...{ name: "ada", mustSetPassword: false },
  });
  for (const [name, password] of [
    ["ada", "wrong"],
    ["admin", "correct horse"],
    ["eve", ""],
  ] as const) {
    await expect(signIn.withPassword(name, password)).rejects.toThrow(refused);
  }
});

test("a new password ends the user's other sessions, and keeps this one", async () => {
  const { signIn } = setUp();
  const other = signIn.withOneTimeToken(signIn.createOneTimeToken());
  const session = signIn.withOneTimeToken(signIn.createOneTimeToken());
  await signIn.setPassword(session, "admin", "correct horse");
  expect(signIn.session(other)).toBeUndefined();
  expect(signIn.session(session)).toBeDefined();
});

test("nothing in the database signs anybody in", async () => {
  const { signIn, db } = setUp();
  const oneTime = signIn.createOneTimeToken();
  const session = signIn.withOneTimeToken(oneTime);
  await signIn.setPassword(session, "admin", "correct horse");
  const unused = signIn.createOneTimeToken();
  const everything = db.serialize().toString("latin1");
  for (const secret of [oneTime, session, unused, "correct horse"]) expect(everything).not.toContain(secret);
  for (const hash of db.prepare<[], Buffer>("SELECT token_hash FROM session").pluck().all()) {
    expect(signIn.session(hash.toString("base64url"))).toBeUndefined();
  }
});

test("who has signed out is signed out", () => {
  const { signIn } = setUp();
  const session = signIn.withOneTimeToken(signIn.createOneTimeToken());
  signIn.signOut(session);
  expect(signIn.session(session)).toBeUndefined();
});
