import { EventEmitter, once } from "node:events";
import { type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createEventFeed } from "../services/event-feed.ts";
import type { Role } from "../store/roles.ts";
import { startHttpServer } from "../testing/http-server.ts";
import { createEventStreams } from "./event-streams.ts";
import type { Asker } from "./gate.ts";

afterEach(() => void vi.useRealTimers());

const ASKER: Asker = { userName: "ada", sessionId: "s", token: null, role: "admin" };
const line = (message: string) => ({
  ...{ kind: "log" as const, instanceId: "one" },
  line: { id: 1, at: 1, level: "info" as const, message },
});

/** An answer that only keeps what is written. */
class Written extends EventEmitter {
  text = "";
  writableLength = 0;
  isStuck = false;
  ended = false;
  write(text: string): void {
    this.text += text;
    if (this.isStuck) this.writableLength += text.length;
  }
  end(): void {
    this.ended = true;
    this.emit("close");
  }
  destroy(): void {
    this.end();
  }
}

function setUp(role: { now: Role | null } = { now: "admin" }) {
  const feed = createEventFeed();
  const streams = createEventStreams(feed, () => role.now, "/assets/index-abc.js");
  const open = (only: string | null = null, lastId?: string, isStuck = false, logs: string | null = null) => {
    const written = Object.assign(new Written(), { isStuck });
    streams.open(written as unknown as ServerResponse, ASKER, { only, logs }, lastId);
    return written;
  };
  return { feed, streams, open };
}

test("who does not read is cut off, and nobody else", async () => {
  const { feed, streams } = setUp();
  const opened: ServerResponse[] = [];
  const { url } = await startHttpServer((_request, response) => {
    streams.open(response, ASKER, { only: null, logs: null }, undefined);
    opened.push(response);
  });
  async function connect(): Promise<IncomingMessage> {
    const asked = send(url).end();
    onTestFinished(() => void asked.destroy());
    const [answer] = await once(asked, "response");
    return answer;
  }
  const [reads, sleeps] = [await connect(), await connect()];
  sleeps.pause();
  const cut = once(opened[1] as ServerResponse, "close").then(() => true);
  const words = "x".repeat(8_000);
  let received = 0;
  reads.setEncoding("utf8").on("data", (chunk: string) => {
    received += chunk.length;
  });
  for (let sent = 0; sent < 100_000_000; ) {
    for (let n = 0; n < 10; n++, sent += words.length) feed.publish(line(words));
    while (received < sent) await once(reads, "data");
    if (await Promise.race([cut, new Promise((resolve) => setImmediate(resolve, false))])) break;
  }
  expect(opened.map(({ destroyed }) => destroyed)).toEqual([false, true]);
});

test("who missed much gets it, and is cut off for what comes beyond only", () => {
  const { feed, open } = setUp();
  open();
  const first = feed.lastId;
  for (let n = 0; n < 100; n++) feed.publish(line("x".repeat(8_000)));
  const back = open(null, first, true);
  expect(back.writableLength).toBeGreaterThan(800_000);
  const publish = (times: number) => {
    for (let n = 0; n < times; n++) feed.publish(line("x".repeat(8_000)));
    return back.ended;
  };
  expect([publish(30), publish(10)]).toEqual([false, true]);
  const second = feed.lastId;
  publish(50);
  const drained = open(null, second, true);
  expect(drained.writableLength).toBeGreaterThan(400_000);
  drained.writableLength = 0;
  drained.emit("drain");
  publish(40);
  expect(drained.ended).toBe(true);
});

test("a heartbeat says where to go on, also to who hears of another instance only", () => {
  vi.useFakeTimers();
  const { feed, open } = setUp();
  const stream = open("two");
  feed.publish(line("of one"));
  expect(stream.text).not.toContain("of one");
  vi.advanceTimersByTime(15_000);
  expect(stream.text.endsWith(`id: ${feed.lastId}\n: alive\n\n`)).toBe(true);
  stream.emit("close");
  vi.advanceTimersByTime(60_000);
  expect([vi.getTimerCount(), feed.isOn]).toEqual([0, false]);
});

test("who is let in no more is shown out within seconds, also where nobody says so", () => {
  vi.useFakeTimers();
  const role: { now: Role | null } = { now: "admin" };
  const { open } = setUp(role);
  const stream = open();
  vi.advanceTimersByTime(60_000);
  expect(stream.ended).toBe(false);
  role.now = null;
  vi.advanceTimersByTime(5_000);
  expect(stream.ended).toBe(true);
});

test("an event is one line of JSON, whatever is in it", () => {
  const { feed, open } = setUp();
  const stream = open();
  feed.publish(line("a\n\nevent: status\ndata: {}\r\n\u2028"));
  const block = stream.text.split("\n\n").at(-2) ?? "";
  expect(block.split("\n").map((one) => one.split(":")[0])).toEqual(["event", "id", "data"]);
  expect(JSON.parse(block.split("\ndata: ")[1] ?? "")).toMatchObject({
    message: "a\n\nevent: status\ndata: {}\r\n\u2028",
  });
});

test("lines of a log go only to who looks at it, and all the rest to everybody", () => {
  const { feed, open } = setUp();
  const [none, two, all] = [open(null, undefined, false, ""), open(null, undefined, false, "two"), open()];
  feed.publish({ ...line("of one") });
  feed.publish({ ...line("of two"), instanceId: "two" });
  feed.publish({ kind: "changed", of: "accounts" });
  const heard = ({ text }: Written) => [...text.matchAll(/"message":"([^"]+)"/g)].map(([, words]) => words);
  expect([none, two, all].map(heard)).toEqual([[], ["of two"], ["of one", "of two"]]);
  for (const { text } of [none, two, all]) expect(text).toContain('"of":"accounts"');
});

test("it begins with which page the host has", () => {
  const { open } = setUp();
  expect(open().text).toContain("event: open\nid: ");
  expect(open().text).toContain('data: {"page":"/assets/index-abc.js"}\n\n');
  expect(open(null, "of another run-1").text).toContain("event: reset");
  expect(open(null, "of another run-1").text).toContain('"page":"/assets/index-abc.js"');
});
