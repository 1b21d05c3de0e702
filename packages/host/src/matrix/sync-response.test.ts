import { expect, test } from "vitest";
import { readSync } from "./sync-response.ts";

function message(eventId: string, more: object = {}) {
  const content = { msgtype: "m.text", body: "hi" };
  return {
    ...{ type: "m.room.message", event_id: eventId, sender: "@ada:test", origin_server_ts: 1, content },
    ...more,
  };
}

const joined = (timeline: unknown, state: unknown = { events: [] }) =>
  readSync({ next_batch: "s1", rooms: { join: { "!room:test": { timeline, state } } } });

test("a batch has its token, its events in order, and the rooms it is invited to", () => {
  const batch = readSync({
    next_batch: "s1",
    rooms: {
      join: { "!a:test": { timeline: { events: [message("$1"), message("$2")] } } },
      invite: { "!b:test": { invite_state: { events: [] } } },
    },
  });
  expect(batch).toEqual({
    nextBatch: "s1",
    timeline: [{ roomId: "!a:test", events: [message("$1"), message("$2")] }],
    members: [],
    invites: ["!b:test"],
  });
});

test("an answer without a token is refused, so that the old one is kept", () => {
  for (const answer of [{}, { next_batch: 5 }, { next_batch: null }]) {
    expect(() => readSync(answer)).toThrow("next_batch");
  }
  for (const answer of [null, undefined]) expect(() => readSync(answer)).toThrow(TypeError);
});

test.each([
  ["null", null],
  ["a text", "event"],
  ["without a type", message("$2", { type: undefined })],
  ["without an ID", message("$2", { event_id: 5 })],
  ["without a sender", message("$2", { sender: undefined })],
  ["without a time", message("$2", { origin_server_ts: "yesterday" })],
  ["with no object for its content", message("$2", { content: "hi" })],
  ["with null for its content", message("$2", { content: null })],
])("an event %s is left out, and those beside it are not", (_what, malformed) => {
  const { timeline } = joined({ events: [message("$1"), malformed, message("$3")] });
  expect(timeline[0]?.events.map((event) => event.event_id)).toEqual(["$1", "$3"]);
});

test.each([
  ["no timeline", { state: { events: [] } }],
  ["a timeline without events", { timeline: {} }],
  ["events that are no list", { timeline: { events: "none" }, state: { events: 5 } }],
  ["null in place of a room", null],
])("a room with %s has none, and the next room is read", (_what, room) => {
  const { timeline } = readSync({
    next_batch: "s1",
    rooms: { join: { "!a:test": room, "!b:test": { timeline: { events: [message("$1")] } } } },
  });
  expect(timeline.map(({ roomId }) => roomId)).toEqual(["!b:test"]);
});

test("an answer without rooms is an empty batch", () => {
  for (const rooms of [undefined, null, {}, { join: {}, invite: {} }]) {
    expect(readSync({ next_batch: "s1", rooms })).toEqual({
      ...{ nextBatch: "s1", timeline: [], members: [], invites: [] },
    });
  }
});

test("names come from members of state and timeline, the newest last", () => {
  const member = (displayname: unknown) =>
    message("$m", { type: "m.room.member", state_key: "@ada:test", content: { displayname } });
  const { members } = joined(
    { events: [member("Ada L."), member(7), message("$1")] },
    { events: [member("Ada"), null, { type: "m.room.member" }] },
  );
  expect(members.map(({ userId, displayName }) => [userId, displayName])).toEqual([
    ["@ada:test", "Ada"],
    ["@ada:test", "Ada L."],
    ["@ada:test", null],
  ]);
});
