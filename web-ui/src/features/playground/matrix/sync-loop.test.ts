import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MatrixError } from "./requester.ts";
import { backoff, type Connection, syncLoop } from "./sync-loop.ts";
import type { SyncResponse } from "./types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A homeserver that gives these answers in turn and then nothing more. */
async function run(answers: (SyncResponse | Error)[]) {
  const abort = new AbortController();
  const asked: [string | undefined, number][] = [];
  const connections: Connection[] = [];
  const firsts: boolean[] = [];
  const sync = async (since: string | undefined, timeoutMs: number) => {
    asked.push([since, timeoutMs]);
    const answer = answers.shift();
    if (!answer) abort.abort();
    if (!answer || answer instanceof Error) throw answer ?? new Error("stopped");
    return answer;
  };
  const ended = syncLoop({ sync }, abort.signal, {
    response: (_, first) => firsts.push(first),
    connection: (now) => connections.push(now),
  });
  await vi.runAllTimersAsync();
  await ended;
  return { asked, connections, firsts };
}

test("each answer's token is where the next question starts", async () => {
  const { asked, firsts } = await run([{ next_batch: "a" }, { next_batch: "b" }]);
  expect(asked.map(([since]) => since)).toEqual([undefined, "a", "b"]);
  expect(asked.map(([, timeout]) => timeout > 0)).toEqual([false, true, true]);
  expect(firsts).toEqual([true, false]);
});

test("a lost connection is said, and found again from where it was", async () => {
  const lost = new TypeError("Failed to fetch");
  const { asked, connections } = await run([{ next_batch: "a" }, lost, lost, { next_batch: "b" }]);
  expect(connections).toEqual(["connecting", "live", "lost", "lost", "live"]);
  expect(asked.map(([since]) => since)).toEqual([undefined, "a", "a", "a", "b"]);
});

test("a token that is no longer good ends the loop", async () => {
  const refused = new MatrixError(401, "M_UNKNOWN_TOKEN", "Unknown token");
  const { asked, connections } = await run([refused, { next_batch: "a" }]);
  expect(connections).toEqual(["connecting", "refused"]);
  expect(asked).toHaveLength(1);
});

test("the wait grows and stays bounded", () => {
  expect([1, 2, 3, 4, 5, 6, 20].map(backoff)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});
