import { expect, test } from "vitest";
import { gather } from "./gather.ts";

/** An answer of so many pieces, and whether somebody reads on. */
function answerOf(pieces: number, size: number) {
  const told = { cancelled: false };
  let next = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(stream) {
      if (next === pieces) return stream.close();
      stream.enqueue(new Uint8Array(size).fill(next++));
    },
    cancel() {
      told.cancelled = true;
    },
  });
  return { answer: new Response(body), told };
}

test("a long answer is one file, its bytes in their order, and it is said how far it is", async () => {
  const counted: number[] = [];
  const { answer } = answerOf(5, 3_000_000);
  const file = await gather(answer, 15_000_000, (bytes) => counted.push(bytes));
  const bytes = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer());
  expect(bytes.length).toBe(15_000_000);
  expect([0, 1, 2, 3, 4].map((piece) => bytes[piece * 3_000_000])).toEqual([0, 1, 2, 3, 4]);
  expect(bytes.at(-1)).toBe(4);
  expect(counted).toEqual([3_000_000, 6_000_000, 9_000_000, 12_000_000, 15_000_000]);
});

test("of one that is too long nothing is taken, and the host hears that nobody reads on", async () => {
  const { answer, told } = answerOf(5, 3_000_000);
  expect(await gather(answer, 14_999_999, () => undefined)).toBeNull();
  expect(told.cancelled).toBe(true);
});

test("one that breaks off is no file", async () => {
  const body = new ReadableStream({ pull: (stream) => stream.error(new TypeError("network error")) });
  await expect(gather(new Response(body), 1_000, () => undefined)).rejects.toThrow("network error");
});
