import { afterEach, expect, test, vi } from "vitest";
import { createChain } from "./chain.ts";
import { deadlineIn } from "./deadline.ts";
import { type Failure, FetchFailure, failuresOf } from "./failures.ts";
import type { Post } from "./post.ts";
import type { Source } from "./site.ts";

const failures = failuresOf("Instagram");
const LINK = { url: "https://www.instagram.com/p/A/", id: "A" };

afterEach(() => vi.useRealTimers());
const post = (id: string): Post => ({
  ...{ id, author: undefined, authorName: undefined, text: "", at: undefined, sensitive: false, items: [] },
});

/** A way that does what it is told, and counts how often it was asked. */
function way(name: string) {
  let next: Failure | null = null;
  const source: Source & { asked: number; does(failure: Failure | null): void } = {
    name,
    asked: 0,
    does(failure) {
      next = failure;
    },
    async fetch() {
      source.asked += 1;
      if (next) throw new FetchFailure(next);
      return post(name);
    },
  };
  return source;
}

function setUp(pauseMs = 60_000) {
  vi.useFakeTimers({ toFake: ["Date"] });
  const [first, second] = [way("first"), way("second")];
  const tried: (string | null)[] = [];
  const chain = createChain({
    ...{ sources: [first, second], failures, pauseMs },
    onTried: (_source, failure) => tried.push(failure?.sentence ?? null),
  });
  const fetch = async () => {
    try {
      return (await chain.fetch(LINK, deadlineIn(4_000))).id;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { first, second, fetch, tried, chain };
}

test("the next way is tried where one is refused, and the first one's reason told where none leads there", async () => {
  const { first, second, fetch } = setUp();
  first.does(failures.login);
  expect(await fetch()).toBe("second");
  second.does(failures.unreachable);
  expect(await fetch()).toBe(failures.login.sentence);
});

test("no other way is tried for what is gone", async () => {
  const { first, second, fetch } = setUp();
  first.does(failures.gone);
  expect(await fetch()).toBe(failures.gone.sentence);
  expect(second.asked).toBe(0);
});

test("a way that is limited is left alone at once, for longer each time, until it works", async () => {
  const { first, fetch } = setUp();
  first.does(failures.limited);
  await fetch();
  await fetch();
  expect(first.asked).toBe(1);
  vi.setSystemTime(Date.now() + 60_000);
  await fetch();
  expect(first.asked).toBe(2);
  vi.setSystemTime(Date.now() + 60_000);
  await fetch();
  expect(first.asked).toBe(2);
  first.does(null);
  vi.setSystemTime(Date.now() + 60_000);
  expect([await fetch(), await fetch()]).toEqual(["first", "first"]);
});

test("a way that fails otherwise is left alone after three times in a row", async () => {
  const { first, fetch } = setUp();
  first.does(failures.slow);
  await fetch();
  await fetch();
  first.does(null);
  await fetch();
  first.does(failures.slow);
  for (let n = 0; n < 5; n++) await fetch();
  expect(first.asked).toBe(6);
});

test("that posts are private says nothing against a way", async () => {
  const { first, fetch } = setUp();
  first.does(failures.login);
  for (let n = 0; n < 5; n++) await fetch();
  expect(first.asked).toBe(5);
});

test("where all ways are left alone, the room is told at once why", async () => {
  const { first, second, fetch } = setUp();
  first.does(failures.limited);
  second.does(failures.limited);
  await fetch();
  expect(await fetch()).toBe(failures.limited.sentence);
  expect([first.asked, second.asked]).toEqual([1, 1]);
});

test("no way is begun with after the deadline, and how each ended is told", async () => {
  const { first, second, chain, tried } = setUp();
  first.does(failures.slow);
  let left = 1;
  await expect(chain.fetch(LINK, { left: () => left-- })).rejects.toThrow(failures.slow.sentence);
  expect(second.asked).toBe(0);
  expect(tried).toEqual([failures.slow.sentence]);
});
