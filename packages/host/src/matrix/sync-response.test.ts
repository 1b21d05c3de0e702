import { expect, test } from "vitest";
import { readSync } from "./sync-response.ts";

function message(eventId: string, more: object = {}) {
  const content = { msgtype: "m.text", body: "hi" };
  return {
    ...{ type: "m.room.message", event_id: eventId, sender: "@ada:test", origin_server_ts: 1, content },
    ...more,
  };
}

const BOT = "@bot:test";

const joined = (timeline: unknown, state: unknown = { events: [] }) =>
  readSync({ next_batch: "s1", rooms: { join: { "!room:test": { timeline, state } } } }, BOT);

test("a batch has its token, its events in order, and the rooms it is invited to", () => {
  const batch = readSync(
    {
      next_batch: "s1",
      rooms: {
        join: { "!a:test": { timeline: { events: [message("$1"), message("$2")] } } },
        invite: { "!b:test": { invite_state: { events: [] } } },
      },
    },
    BOT,
  );
  expect(batch).toEqual({
    nextBatch: "s1",
    timeline: [
      { roomId: "!a:test", events: [message("$1"), message("$2")], limited: false, joinedBefore: false },
    ],
    ...{ members: [], states: [], left: [], redacted: [], hasEncryption: false, hasMoreForDevice: false },
    invites: [{ roomId: "!b:test", inviter: undefined }],
  });
});

test("an answer without a token is refused, so that the old one is kept", () => {
  for (const answer of [{}, { next_batch: 5 }, { next_batch: null }]) {
    expect(() => readSync(answer, BOT)).toThrow("next_batch");
  }
  for (const answer of [null, undefined]) expect(() => readSync(answer, BOT)).toThrow(TypeError);
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
  const { timeline } = readSync(
    {
      next_batch: "s1",
      rooms: { join: { "!a:test": room, "!b:test": { timeline: { events: [message("$1")] } } } },
    },
    BOT,
  );
  expect(timeline.map(({ roomId }) => roomId)).toEqual(["!b:test"]);
});

test.each([
  [
    "an event that is encrypted",
    { join: { "!a:test": { timeline: { events: [message("$1", { type: "m.room.encrypted" })] } } } },
  ],
  [
    "a room that turns encrypted",
    {
      join: {
        "!a:test": { timeline: { events: [message("$1", { type: "m.room.encryption", state_key: "" })] } },
      },
    },
  ],
  [
    "the state of a room",
    {
      join: {
        "!a:test": { state: { events: [message("$1", { type: "m.room.encryption", state_key: "" })] } },
      },
    },
  ],
  ["an invitation", { invite: { "!a:test": { invite_state: { events: [{ type: "m.room.encryption" }] } } } }],
])("it is seen that there is encryption: by %s", (_what, rooms) => {
  expect(readSync({ next_batch: "s1", rooms }, BOT).hasEncryption).toBe(true);
});

test("an answer without rooms is an empty batch", () => {
  for (const rooms of [undefined, null, {}, { join: {}, invite: {} }]) {
    expect(readSync({ next_batch: "s1", rooms }, BOT)).toEqual({
      ...{
        nextBatch: "s1",
        timeline: [],
        members: [],
        invites: [],
        states: [],
        left: [],
        redacted: [],
        hasEncryption: false,
        hasMoreForDevice: false,
      },
    });
  }
});

test("what is kept of rooms comes from state and timeline, the newest last; what may be wrong is told, too", () => {
  const topic = (text: string, more = {}) =>
    message("$t", { type: "m.room.topic", state_key: "", content: { topic: text }, ...more });
  const { states, left, redacted } = readSync(
    {
      next_batch: "s1",
      rooms: {
        join: {
          "!a:test": {
            state: { events: [topic("old")] },
            timeline: {
              events: [
                topic("new"),
                topic("no state", { state_key: undefined }),
                topic("x", { state_key: "y" }),
              ],
            },
          },
          "!b:test": {
            timeline: {
              events: [
                message("$r1", { type: "m.room.redaction", content: { redacts: "$a" } }),
                message("$r2", { type: "m.room.redaction", content: {}, redacts: "$b" }),
                message("$r3", { type: "m.room.redaction", content: { redacts: 7 } }),
              ],
            },
          },
        },
        leave: { "!c:test": {} },
      },
    },
    BOT,
  );
  expect(states.map(({ roomId, type, state }) => [roomId, type, state.content])).toEqual([
    ["!a:test", "m.room.topic", { topic: "old" }],
    ["!a:test", "m.room.topic", { topic: "new" }],
  ]);
  expect(left).toEqual(["!c:test"]);
  expect(redacted).toEqual([
    { roomId: "!b:test", eventId: "$a" },
    { roomId: "!b:test", eventId: "$b" },
  ]);
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

const joining = (eventId: string, more: object = {}) =>
  message(eventId, {
    type: "m.room.member",
    state_key: BOT,
    sender: BOT,
    content: { membership: "join" },
    ...more,
  });

test("what was said before the account joined is left out, and a timeline that has its joining has no gap", () => {
  const { timeline } = joined({ limited: true, events: [message("$1"), joining("$2"), message("$3")] });
  expect(timeline).toMatchObject([{ limited: false, joinedBefore: false, events: [{ event_id: "$3" }] }]);
});

const invitation = (event_id: string, more = {}) => ({
  ...joining(event_id, more),
  ...{ sender: "@ada:far", content: { membership: "invite" } },
});
const heard = (...args: Parameters<typeof joined>) =>
  joined(...args).timeline.flatMap(({ events }) => events.map((event) => event.event_id));

test("what was said between the invitation and the joining is heard: the first words in a room for two", () => {
  expect(
    heard({ events: [message("$1"), invitation("$2"), message("$3"), joining("$4"), message("$5")] }),
  ).toEqual([...["$3", "$4", "$5"]]);
  // The invitation lies before what the timeline has.
  const state = { events: [invitation("$2")] };
  expect(heard({ limited: true, events: [message("$3"), joining("$4")] }, state)).toEqual(["$3", "$4"]);
});

test("an invitation that was declined, or accepted before, is none", () => {
  const leaving = { ...invitation("$3"), content: { membership: "leave" } };
  expect(
    heard({
      events: [invitation("$1"), message("$2"), leaving, message("$4"), joining("$5"), message("$6")],
    }),
  ).toEqual(["$6"]);
  expect(
    heard({ limited: true, events: [leaving, message("$4"), joining("$5")] }, { events: [invitation("$1")] }),
  ).toEqual([]);
});

test("a joining between the last sync and the timeline is told", () => {
  const { timeline } = joined({ limited: true, events: [message("$3")] }, { events: [joining("$2")] });
  expect(timeline).toMatchObject([{ limited: true, joinedBefore: true }]);
});

test("a change of the account's profile is no joining", () => {
  const renamed = joining("$2", { unsigned: { prev_content: { membership: "join" } } });
  const { timeline } = joined({ limited: true, events: [message("$1"), renamed] }, { events: [renamed] });
  expect(timeline).toMatchObject([{ limited: true, joinedBefore: false }]);
  expect(timeline[0]?.events.map((event) => event.event_id)).toEqual(["$1", "$2"]);
});

test("an invitation tells who sent it", () => {
  const own = {
    type: "m.room.member",
    state_key: BOT,
    sender: "@ada:far",
    content: { membership: "invite" },
  };
  const rooms = { invite: { "!b:test": { invite_state: { events: [own] } }, "!c:test": null } };
  expect(readSync({ next_batch: "s1", rooms }, BOT).invites).toEqual([
    { roomId: "!b:test", inviter: "@ada:far" },
    { roomId: "!c:test", inviter: undefined },
  ]);
});
