import type { AccountCrypto, Http } from "@rookery/crypto/account";
import { expect, test } from "vitest";
import { eventually } from "../../testing/eventually.ts";
import { createLimit } from "../limit.ts";
import { createPublishedKeys } from "./published-keys.ts";

const NO_KEYS = { device_one_time_keys_count: { signed_curve25519: 0 } };

/** Accounts of one host; `done` says what became of their files, in its order. */
function setUp({ isAnswered = true, mayHaveKeys = true } = {}) {
  const done: string[] = [];
  const errors: unknown[] = [];
  const inTurn = createLimit(1);
  const account = (name: string) => {
    const ending = new AbortController();
    const state = { isUnused: true };
    const answer = (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (isAnswered) resolve();
        else signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    let asked: AbortSignal = ending.signal;
    const keys = createPublishedKeys({
      place: {
        ...{ publishAfterMs: 1, inTurn },
        open() {
          done.push(`${name} opened`);
          return {
            handleSync: async () => undefined,
            outgoing: () => answer(asked),
            close: async () => void done.push(`${name} closed`),
          } as unknown as AccountCrypto;
        },
      },
      isUnused: () => state.isUnused,
      mayHaveKeys: async () => mayHaveKeys,
      httpUntil(signal) {
        asked = signal;
        return {} as Http;
      },
      signal: ending.signal,
      onPublished: () => void done.push(`${name} published`),
      onError: (error) => void errors.push(error),
      deadlineMs: 20,
    });
    return { ...keys, ending, state };
  };
  return { account, done, errors };
}

test("keys are told once, of one account after the other; each file is closed again", async () => {
  const { account, done } = setUp();
  const [one, two] = [account("one"), account("two")];
  one.soon(NO_KEYS);
  one.soon({});
  two.soon({});
  await eventually("the last", () => done.includes("two closed"));
  expect(done).toEqual(
    ["one", "two"].flatMap((name) => [`${name} opened`, `${name} published`, `${name} closed`]),
  );
});

test("nothing is told of a device that has keys, is in use meanwhile, whose keys are elsewhere, or that ends", async () => {
  const { account, done, errors } = setUp();
  account("one").soon({ device_one_time_keys_count: { signed_curve25519: 7 } });
  const used = account("two");
  used.soon(NO_KEYS);
  used.state.isUnused = false;
  const ended = account("three");
  ended.soon(NO_KEYS);
  ended.ending.abort();
  const foreign = setUp({ mayHaveKeys: false });
  foreign.account("four").soon(NO_KEYS);
  account("last").soon(NO_KEYS);
  await eventually("the last", () => done.includes("last closed"));
  expect(done.splice(0)).toHaveLength(3);
  expect([...done, ...errors, ...foreign.done, ...foreign.errors]).toEqual([]);
});

test("a homeserver that does not answer holds up the next account no longer than its deadline", async () => {
  const { account, done, errors } = setUp({ isAnswered: false });
  const [one, two] = [account("one"), account("two")];
  one.soon(NO_KEYS);
  two.soon(NO_KEYS);
  await eventually("the first", () => done.length > 0);
  await one.idle();
  await eventually("the next", () => done.length > 2);
  expect(done).toEqual(["one opened", "one closed", "two opened"]);
  expect(errors[0]).toMatchObject({ name: "TimeoutError" });
});
