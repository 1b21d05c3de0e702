import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSecretBox } from "../store/secret-box.ts";
import { openTestStore } from "../testing/store.ts";
import { type Answer, createIdempotency, type Turn } from "./idempotency.ts";

const DAY = 24 * 60 * 60_000;
const KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const ANSWER: Answer = { status: 201, headers: {}, body: '{"token":"rookery_shown-once"}' };
const request = Buffer.from("what is asked for");
const code = (name: string) => expect.objectContaining({ code: name });

function setUp(limits?: { keys: number; bytes: number }) {
  const clock = { now: 1_000 };
  const box = createSecretBox(randomBytes(32));
  const store = openTestStore(":memory:", box);
  for (const name of ["ada", "bob"]) store.users.insert(name, "admin", 1);
  const start = () =>
    createIdempotency({
      ...{ answers: store.answers, box, now: () => clock.now },
      ...(limits && { limits }),
    });
  return { clock, box, store, start, ...start() };
}

/** The turn that was given; fails where it was an answer. */
function turn(begun: Answer | Turn): Turn {
  if (!("keep" in begun)) throw new Error(`It was answered: ${begun.body}`);
  return begun;
}

test("what was done is answered again, to its user and its request, for a day and after a restart", async () => {
  const { clock, begin, start } = setUp();
  turn(await begin("ada", KEY, request)).keep(ANSWER);
  expect(await begin("ada", KEY, request)).toEqual(ANSWER);
  expect(await start().begin("ada", KEY, request)).toEqual(ANSWER);
  await expect(begin("ada", KEY, Buffer.from("other"))).rejects.toEqual(code("IDEMPOTENCY_KEY_REUSED"));
  turn(await begin("bob", KEY, Buffer.from("other"))).release();
  clock.now += DAY - 1;
  expect(await begin("ada", KEY, request)).toEqual(ANSWER);
  clock.now += 1;
  turn(await begin("ada", KEY, Buffer.from("other")));
});

test("of several at once, one does it, and the others get its answer", async () => {
  const { begin } = setUp();
  const first = turn(await begin("ada", KEY, request));
  const others = [begin("ada", KEY, request), begin("ada", KEY, request)];
  first.keep(ANSWER);
  expect(await Promise.all(others)).toEqual([ANSWER, ANSWER]);
});

test("where nothing came of the first, the next one does it", async () => {
  const { begin } = setUp();
  const first = turn(await begin("ada", KEY, request));
  const [second, third] = [begin("ada", KEY, request), begin("ada", KEY, request)];
  first.release();
  turn(await second).keep(ANSWER);
  expect(await third).toEqual(ANSWER);
});

test("what a host died of is not done a second time", async () => {
  const { begin, start } = setUp();
  await begin("ada", KEY, request);
  await expect(start().begin("ada", KEY, request)).rejects.toEqual(code("IDEMPOTENCY_KEY_UNANSWERED"));
});

test("where the answer cannot be written, the next one is told that it is not known", async () => {
  const { store, box } = setUp();
  const set = () => {
    throw new Error("The disk is full.");
  };
  const { begin } = createIdempotency({ answers: { ...store.answers, set }, box });
  const first = turn(await begin("ada", KEY, request));
  const next = begin("ada", KEY, request);
  expect(() => first.keep(ANSWER)).toThrow("The disk is full.");
  await expect(next).rejects.toEqual(code("IDEMPOTENCY_KEY_UNANSWERED"));
});

test("a user has room for so many and so much, until it is forgotten", async () => {
  for (const limits of [
    { keys: 2, bytes: 1_000_000 },
    { keys: 100, bytes: 300 },
  ]) {
    const { clock, begin, forget } = setUp(limits);
    for (const n of ["1", "2"]) turn(await begin("ada", KEY + n, request)).keep(ANSWER);
    await expect(begin("ada", `${KEY}3`, request)).rejects.toEqual(code("LIMIT"));
    expect(await begin("ada", `${KEY}2`, request)).toEqual(ANSWER);
    turn(await begin("bob", KEY, request)).release();
    clock.now += DAY;
    forget();
    turn(await begin("ada", `${KEY}3`, request));
  }
});

test("nobody reads an answer in the data directory who has not its key as well", async () => {
  const { begin, store, box } = setUp();
  turn(await begin("ada", KEY, request)).keep(ANSWER);
  const rows = store.db.prepare<[], { sealed: Buffer }>("SELECT * FROM kept_answer").all();
  const sealed = rows[0]?.sealed ?? Buffer.alloc(0);
  const inner = Buffer.from(box.open(sealed, "an answer to a creation"), "base64");
  for (const bytes of [Buffer.from(JSON.stringify(rows)), sealed, inner]) {
    for (const secret of ["shown-once", "token", KEY, request]) expect(bytes.includes(secret)).toBe(false);
  }
});

test("they go with their user, and stay when that one gets another name", async () => {
  const { begin, store } = setUp();
  turn(await begin("ada", KEY, request)).keep(ANSWER);
  const late = turn(await begin("ada", `${KEY}2`, request));
  store.users.setPassword("ada", "lovelace", null);
  late.keep(ANSWER);
  for (const key of [KEY, `${KEY}2`]) expect(await begin("lovelace", key, request)).toEqual(ANSWER);
  store.users.remove("lovelace");
  expect(store.answers.size("lovelace").keys).toBe(0);
});
