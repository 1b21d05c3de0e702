import { expect, test } from "vitest";
import type { Content, MatrixEvent } from "../matrix/types.ts";
import { newEcho, settle } from "./echoes.ts";
import { messagesOf } from "./messages.ts";

const me = "@me:test";
let clock = 0;
function event(id: string, sender: string, type: string, content: Content, rest: Partial<MatrixEvent> = {}) {
  clock += 1;
  return { event_id: id, sender, type, content, origin_server_ts: clock, ...rest } satisfies MatrixEvent;
}
const said = (id: string, sender: string, body: string, more: Content = {}) =>
  event(id, sender, "m.room.message", { msgtype: "m.text", body, ...more });
const edit = (id: string, sender: string, target: string, body: string) =>
  said(id, sender, `* ${body}`, {
    "m.new_content": { msgtype: "m.text", body },
    "m.relates_to": { rel_type: "m.replace", event_id: target },
  });
const reaction = (id: string, sender: string, target: string, key: string) =>
  event(id, sender, "m.reaction", {
    "m.relates_to": { rel_type: "m.annotation", event_id: target, key },
  });
const redaction = (id: string, target: string) =>
  event(id, me, "m.room.redaction", { redacts: target }, { redacts: target });

const bodies = (events: MatrixEvent[]) =>
  messagesOf(events, [], me).map(({ content }) => (content?.kind === "text" ? content.body : content?.kind));

test("an edit changes the message in its place", () => {
  const events = [said("a", me, "one"), said("b", me, "two"), edit("c", me, "a", "won")];
  const [first] = messagesOf(events, [], me);
  expect(bodies(events)).toEqual(["won", "two"]);
  expect(first?.edited).toBe(true);
});

test("the newest edit counts, and a removed edit does not", () => {
  const events = [said("a", me, "1"), edit("b", me, "a", "2"), edit("c", me, "a", "3")];
  expect(bodies(events)).toEqual(["3"]);
  expect(bodies([...events, redaction("d", "c")])).toEqual(["2"]);
});

test("nobody edits what another wrote", () => {
  expect(bodies([said("a", me, "mine"), edit("b", "@eve:test", "a", "hers")])).toEqual(["mine"]);
});

test("an edit that came along with an older message counts", () => {
  const bundled = edit("b", me, "a", "new");
  const old = said("a", me, "old");
  expect(bodies([{ ...old, unsigned: { "m.relations": { "m.replace": bundled } } }])).toEqual(["new"]);
});

test("reactions are counted by key, each person once, and one's own are known", () => {
  const events = [
    said("a", me, "hi"),
    reaction("r1", "@bob:test", "a", "👍"),
    reaction("r2", me, "a", "👍"),
    reaction("r3", "@bob:test", "a", "👍"),
    reaction("r4", "@bob:test", "a", "🎉"),
  ];
  expect(messagesOf(events, [], me)[0]?.reactions).toEqual([
    { key: "👍", senders: ["@bob:test", me], own: "r2" },
    { key: "🎉", senders: ["@bob:test"], own: undefined },
  ]);
});

test("a removed reaction is gone, and so is a removed message's content", () => {
  const events = [said("a", me, "hi"), reaction("r", me, "a", "👍")];
  expect(messagesOf([...events, redaction("x", "r")], [], me)[0]?.reactions).toEqual([]);
  const [gone] = messagesOf([...events, redaction("x", "a")], [], me);
  expect(gone).toMatchObject({ content: undefined, reactions: [] });
});

test("a redaction from history is known by what the homeserver says beside it", () => {
  const old = { ...said("a", me, ""), unsigned: { redacted_because: {} } };
  expect(messagesOf([old], [], me)[0]?.content).toBeUndefined();
});

const inThread = (id: string, body: string) =>
  said(id, "@bob:test", body, { "m.relates_to": { rel_type: "m.thread", event_id: "a" } });

test("a thread is summed up at its root, without what was removed", () => {
  const events = [said("a", me, "root"), inThread("b", "one"), inThread("c", "two")];
  const [root, reply] = messagesOf(events, [], me);
  expect(root?.thread).toMatchObject({ count: 2, latest: { event_id: "c" } });
  expect(reply).toMatchObject({ threadRoot: "a", thread: undefined });
  const [after] = messagesOf([...events, redaction("x", "c")], [], me);
  expect(after?.thread).toMatchObject({ count: 1, latest: { event_id: "b" } });
});

test("a thread of which little is loaded has the count that came with its root, and what came since", () => {
  const latest = inThread("b", "the hundredth");
  const bundle = { "m.relations": { "m.thread": { count: 100, latest_event: latest } } };
  const root = { ...said("a", me, "root"), unsigned: bundle };
  expect(messagesOf([root], [], me)[0]?.thread).toEqual({ count: 100, latest });
  const since = inThread("c", "one more");
  expect(messagesOf([root, latest, since], [], me)[0]?.thread).toEqual({ count: 101, latest: since });
});

test("a reply points at what it answers, except as a thread's fallback", () => {
  const reply = { "m.in_reply_to": { event_id: "a" } };
  const thread = { rel_type: "m.thread", event_id: "a", is_falling_back: true, ...reply };
  const [first, second] = messagesOf(
    [said("b", me, "x", { "m.relates_to": reply }), said("c", me, "y", { "m.relates_to": thread })],
    [],
    me,
  );
  expect([first?.replyTo, second?.replyTo]).toEqual(["a", undefined]);
});

test("what one did is seen before the homeserver has it", () => {
  const content = { "m.relates_to": { rel_type: "m.annotation", event_id: "a", key: "👍" } };
  const echo = newEcho("t1", me, 99, { type: "m.reaction", content });
  expect(messagesOf([said("a", me, "hi")], [echo], me)[0]?.reactions).toEqual([
    { key: "👍", senders: [me], own: "~t1" },
  ]);
});

test("an echo goes once its event has come, known by its transaction or by its ID", () => {
  const echo = newEcho("t1", me, 99, { type: "m.room.message", content: {} });
  expect(settle([echo], [said("a", me, "other")])).toEqual([echo]);
  expect(settle([echo], [{ ...said("a", me, "x"), unsigned: { transaction_id: "t1" } }])).toEqual([]);
  expect(settle([{ ...echo, eventId: "a" }], [said("a", me, "x")])).toEqual([]);
});
