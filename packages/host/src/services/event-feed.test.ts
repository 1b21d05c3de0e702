import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createEventFeed, type FeedEvent, type Happening } from "./event-feed.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const line = (n: number, length = 1): Happening => ({
  ...{ kind: "log", instanceId: "one" },
  line: { id: n, at: 1, level: "info", message: "x".repeat(length) },
});
const numbers = (events: FeedEvent[] | null) =>
  events?.map((event) => (event.kind === "log" ? event.line.id : null)) ?? null;

function setUp() {
  const turns: boolean[] = [];
  const feed = createEventFeed((isOn) => turns.push(isOn));
  const heard: FeedEvent[] = [];
  return { feed, turns, heard, listen: () => feed.listen((event) => heard.push(event)) };
}

test("who listens hears what happens, and who comes back what was missed", () => {
  const { feed, heard, listen } = setUp();
  const begin = feed.lastId;
  const end = listen();
  const opened = feed.lastId;
  feed.publish(line(1));
  end();
  feed.publish(line(2));
  feed.publish(line(3));
  expect(numbers(heard)).toEqual([1]);
  expect(numbers(feed.since(heard[0]?.id ?? ""))).toEqual([2, 3]);
  expect(numbers(feed.since(opened))).toEqual([1, 2, 3]);
  expect(feed.since(feed.lastId)).toEqual([]);
  // What happened before the first one listened was seen by nobody.
  expect(feed.since(begin)).toBeNull();
});

test("nothing is kept until somebody listens, nor a minute after the last one left", () => {
  const { feed, turns, listen } = setUp();
  feed.publish(line(1));
  expect([feed.isOn, turns]).toEqual([false, []]);
  const end = listen();
  feed.publish(line(2));
  const seen = feed.lastId;
  end();
  vi.advanceTimersByTime(59_000);
  listen()();
  vi.advanceTimersByTime(59_999);
  expect([feed.isOn, feed.since(seen)]).toEqual([true, []]);
  vi.advanceTimersByTime(1);
  expect([feed.isOn, turns]).toEqual([false, [true, false]]);
  feed.publish(line(3));
  listen();
  expect(feed.since(seen)).toBeNull();
});

test("who is about to listen says from where on", () => {
  const { feed, turns, heard, listen } = setUp();
  const marked = feed.mark();
  feed.publish(line(1));
  vi.advanceTimersByTime(59_999);
  listen();
  vi.advanceTimersByTime(120_000);
  expect([numbers(feed.since(marked)), heard, turns]).toEqual([[1], [], [true]]);
});

test("who was about to listen and does not is waited for a minute", () => {
  const { feed } = setUp();
  const marked = feed.mark();
  vi.advanceTimersByTime(60_000);
  expect([feed.isOn, feed.since(marked)]).toEqual([false, null]);
});

test("only so much is kept; who knows less is not told a part", () => {
  for (const length of [1, 10_000]) {
    const { feed, listen } = setUp();
    listen();
    const first = feed.lastId;
    for (let n = 1; n <= 2_001; n++) feed.publish(line(n, length));
    expect(feed.since(first)).toBeNull();
    const kept = Math.min(2_000, Math.floor((1024 * 1024) / (length + 200)));
    const [run, number] = feed.lastId.split("-");
    const oldest = `${run}-${Number(number) - kept}`;
    expect(numbers(feed.since(oldest))).toEqual(Array.from({ length: kept }, (_, i) => 2_002 - kept + i));
    expect(feed.since(`${run}-${Number(number) - kept - 1}`)).toBeNull();
  }
});

test("IDs of another run of the host, and made-up ones, are known to be unknown", () => {
  const [feed, other] = [setUp().feed, setUp().feed];
  feed.listen(() => undefined);
  other.listen(() => undefined);
  const [run] = feed.lastId.split("-");
  for (const id of [other.lastId, `${run}-99`, "", "x", `${run}-`, `${run}--1`, `${run}-1e3`]) {
    expect(feed.since(id), id).toBeNull();
  }
});
