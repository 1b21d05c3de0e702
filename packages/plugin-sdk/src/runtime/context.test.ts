import { describe, expect, test, vi } from "vitest";
import type { MatrixEvent } from "../event.ts";
import { HostError } from "../protocol/errors.ts";
import { createContext } from "./context.ts";
import type { HostLink } from "./host-link.ts";

const EVENT: MatrixEvent = {
  type: "m.room.message",
  event_id: "$asked",
  sender: "@ada:example.org",
  origin_server_ts: 0,
  content: { msgtype: "m.text", body: "!x", "m.relates_to": { rel_type: "m.thread", event_id: "$root" } },
};
const FILE = { id: "file1", size: 1, type: "image/png", upload: vi.fn(), close: vi.fn() };

function context(answer: (method: string) => unknown = () => ({ eventId: "$sent" })) {
  const calls: [method: string, params: unknown][] = [];
  const link: HostLink = {
    async call(method, params) {
      calls.push([method, params]);
      return answer(method) as never;
    },
    notify: vi.fn(),
    database: vi.fn(),
  };
  const delivery = { id: 3, roomId: "!room:example.org", event: "", senderName: "Ada" };
  const ctx = createContext(delivery, EVENT, link, () => new AbortController().signal);
  return { ctx, calls };
}

describe("typing", () => {
  test("shows for 30 seconds, and is ended by false", async () => {
    const { ctx, calls } = context(() => null);

    await ctx.typing();
    await ctx.typing(false);

    expect(calls).toEqual([
      ["typing.set", { delivery: 3, timeoutMs: 30_000 }],
      ["typing.set", { delivery: 3, timeoutMs: 0 }],
    ]);
  });
});

test("markRead marks the event of the delivery", async () => {
  const { ctx, calls } = context(() => null);

  await ctx.markRead();

  expect(calls).toEqual([["receipt.send", { delivery: 3 }]]);
});

describe("progress", () => {
  const SIGN = { "m.relates_to": { rel_type: "m.annotation", event_id: "$asked", key: "⏳" } };

  test("shows a sign on the event and removes it when the work is done", async () => {
    const { ctx, calls } = context();

    const result = await ctx.progress(async () => {
      calls.push(["work", null]);
      return 42;
    });

    expect(result).toBe(42);
    expect(calls).toEqual([
      ["event.send", { delivery: 3, type: "m.reaction", content: SIGN }],
      ["work", null],
      ["event.redact", { delivery: 3, eventId: "$sent" }],
    ]);
  });

  test("removes it also when the work throws, and throws that", async () => {
    const { ctx, calls } = context();

    await expect(ctx.progress(() => Promise.reject(new Error("no")), "👀")).rejects.toThrow("no");

    expect(calls.map(([method]) => method)).toEqual(["event.send", "event.redact"]);
  });

  test.each(["event.send", "event.redact"])("that may not %s does the work nevertheless", async (refused) => {
    const { ctx } = context((method) => {
      if (method === refused) throw new HostError("M_FORBIDDEN", "Not here.");
      return { eventId: "$sent" };
    });

    expect(await ctx.progress(async () => "done")).toBe("done");
  });
});

describe("sendFile", () => {
  const IN_THREAD = { rel_type: "m.thread", event_id: "$root", "m.in_reply_to": { event_id: "$asked" } };

  test("sends a handle into the thread, under a name", async () => {
    const { ctx, calls } = context();

    await ctx.sendFile(FILE);

    expect(calls).toEqual([
      [
        "file.send",
        {
          ...{ delivery: 3, file: "file1", name: "file", mentions: {} },
          relatesTo: { ...IN_THREAD, is_falling_back: true },
        },
      ],
    ]);
  });

  test("sends it as a reply, with all that is known of it", async () => {
    const { ctx, calls } = context();

    await ctx.sendFile(FILE, {
      name: "cat.png",
      caption: "A cat",
      reply: true,
      width: 4,
      height: 3,
      thumbnail: { ...FILE, id: "file2" },
      preview: "blurhash",
    });

    expect(calls).toEqual([
      [
        "file.send",
        {
          delivery: 3,
          file: "file1",
          name: "cat.png",
          caption: "A cat",
          width: 4,
          height: 3,
          thumbnail: "file2",
          preview: "blurhash",
          mentions: { user_ids: ["@ada:example.org"] },
          relatesTo: { ...IN_THREAD, is_falling_back: false },
        },
      ],
    ]);
  });
});

test("send, edit, react and redact say what the specification wants", async () => {
  const { ctx, calls } = context();

  const said = await ctx.send("hi");
  await ctx.edit(said, "ho");
  await ctx.react("👍");
  await ctx.react("👎", said);
  await ctx.redact(said, "a mistake");

  expect(calls.map(([, params]) => params)).toMatchObject([
    { type: "m.room.message", content: { body: "hi", "m.relates_to": { event_id: "$root" } } },
    { content: { body: "* ho", "m.relates_to": { rel_type: "m.replace", event_id: "$sent" } } },
    { type: "m.reaction", content: { "m.relates_to": { event_id: "$asked", key: "👍" } } },
    { type: "m.reaction", content: { "m.relates_to": { event_id: "$sent", key: "👎" } } },
    { eventId: "$sent", reason: "a mistake" },
  ]);
});
