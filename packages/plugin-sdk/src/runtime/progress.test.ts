import { expect, test } from "vitest";
import { createContext } from "./context.ts";

test("a sign of progress that cannot be shown is logged, and the work goes on", async () => {
  const logged: unknown[] = [];
  const event = {
    type: "m.room.message",
    event_id: "$1",
    sender: "@ada:test",
    origin_server_ts: 0,
    content: {},
  };
  const ctx = createContext(
    { id: 1, roomId: "!room:test", event: "", senderName: null },
    event,
    {
      call: () => Promise.reject(new Error("the room is closed")),
      database: () => {
        throw new Error("no database");
      },
      notify: (_method, params) => void logged.push(params),
    },
    () => new AbortController().signal,
  );
  expect(await ctx.progress(async () => "done")).toBe("done");
  expect(logged).toEqual([
    { level: "warn", message: "The sign of progress was not shown: the room is closed" },
  ]);
});
