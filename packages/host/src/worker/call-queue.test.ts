import { expect, test } from "vitest";
import { createCallQueue } from "./call-queue.ts";

function setUp(atOnce: number) {
  const begun: number[] = [];
  const ends: PromiseWithResolvers<number>[] = [];
  const queue = createCallQueue(atOnce);
  const call = (n: number) =>
    queue(() => {
      begun.push(n);
      const end = Promise.withResolvers<number>();
      ends.push(end);
      return end.promise;
    });
  return { begun, ends, call };
}

test("calls beyond the limit wait in their order, and begin as others end, however those end", async () => {
  const { begun, ends, call } = setUp(2);
  const calls = [1, 2, 3, 4].map(call);
  expect(begun).toEqual([1, 2]);
  ends[1]?.resolve(20);
  expect(await calls[1]).toBe(20);
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.reject(new Error("no"));
  await expect(calls[0]).rejects.toThrow("no");
  expect(begun).toEqual([1, 2, 3, 4]);
  for (const end of ends) end.resolve(0);
  expect(await Promise.all(calls.slice(2))).toEqual([0, 0]);
});

test("a hundred thousand are done in their order", async () => {
  const queue = createCallQueue(1_000);
  const done: number[] = [];
  await Promise.all(
    Array.from({ length: 100_000 }, (_, n) => queue(() => Promise.resolve().then(() => void done.push(n)))),
  );
  expect(done).toEqual(Array.from({ length: 100_000 }, (_, n) => n));
});
