import type { LogLine } from "@rookery/host/api";
import { expect, test } from "vitest";
import { type Api, ApiError, type HostEvent } from "./api.ts";
import { followLog } from "./follow-log.ts";

const line = (id: number): LogLine => ({
  id,
  at: "2026-11-25T12:00:00.000Z",
  level: "info",
  message: `${id}`,
});

/** A host whose stream breaks after each of these, and whose list is then what stands beside it. */
function hostOf(rounds: { list: LogLine[]; streamed: LogLine[]; end: Error }[]): Api {
  let list: LogLine[] = [];
  return {
    url: "http://127.0.0.1:1",
    get: <T>() => Promise.resolve(list as T),
    raw: () => Promise.reject(new Error("Nothing is asked for.")),
    send: () => Promise.reject(new Error("Nothing is sent.")),
    async *events(): AsyncIterable<HostEvent> {
      const round = rounds.shift();
      if (!round) throw new Error("There are no more rounds.");
      list = round.list;
      yield { event: "open", data: {} };
      for (const data of round.streamed) yield { event: "log", data };
      throw round.end;
    },
  };
}

test("each line comes once, over a list that overlaps the stream and a stream that breaks", async () => {
  const lost: string[] = [];
  const host = hostOf([
    { list: [line(1), line(2)], streamed: [line(2), line(3)], end: new TypeError("terminated") },
    {
      ...{ list: [line(2), line(3), line(4)], streamed: [line(5)] },
      end: new ApiError(401, { code: "NOT_SIGNED_IN", detail: "The session has ended." }),
    },
  ]);
  const seen: number[] = [];
  const follow = async () => {
    for await (const { id } of followLog(host, "one", (reason) => lost.push(reason))) seen.push(id);
  };
  await expect(follow()).rejects.toThrow("The session has ended.");
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  expect(lost).toEqual(["terminated"]);
});
