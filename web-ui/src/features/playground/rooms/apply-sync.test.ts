import { expect, test } from "vitest";
import type { MatrixEvent, SyncResponse } from "../matrix/types.ts";
import { newEcho } from "../timeline/echoes.ts";
import { applyHistory, applySync, type Rooms } from "./apply-sync.ts";
import { roomName } from "./room.ts";

const me = "@me:test";
const ROOM = "!r:test";
const message = (id: string, sender = "@bot:test", rest: Partial<MatrixEvent> = {}): MatrixEvent => ({
  event_id: id,
  sender,
  type: "m.room.message",
  origin_server_ts: 1,
  content: { msgtype: "m.text", body: id },
  ...rest,
});
const member = (userId: string, membership = "join", displayname?: string): MatrixEvent => ({
  ...message(`member ${userId}`, userId),
  type: "m.room.member",
  state_key: userId,
  content: { membership, displayname },
});
type Joined = NonNullable<NonNullable<SyncResponse["rooms"]>["join"]>[string];
const sync = (joined: Joined): SyncResponse => ({ next_batch: "n", rooms: { join: { [ROOM]: joined } } });
const room = (rooms: Rooms) => {
  const found = rooms.get(ROOM);
  if (!found) throw new Error("the room is not there");
  return found;
};
const ids = (rooms: Rooms) => room(rooms).events.map((event) => event.event_id);
const start = applySync(
  new Map(),
  sync({ timeline: { events: [message("a")], prev_batch: "p" }, state: { events: [member(me)] } }),
  me,
  true,
);

test("the first sync is no news, what comes later is, and one's own never", () => {
  expect(room(start).unread).toBe(0);
  const next = applySync(start, sync({ timeline: { events: [message("b"), message("c", me)] } }), me, false);
  expect(ids(next)).toEqual(["a", "b", "c"]);
  expect(room(next).unread).toBe(1);
});

test("an event that comes twice is there once", () => {
  expect(
    ids(applySync(start, sync({ timeline: { events: [message("a"), message("b")] } }), me, false)),
  ).toEqual(["a", "b"]);
});

test("a gap starts the timeline anew, so that nothing is missing in between", () => {
  const timeline = { events: [message("z")], limited: true, prev_batch: "q" };
  const next = applySync(start, sync({ timeline }), me, false);
  expect(ids(next)).toEqual(["z"]);
  expect(room(next).olderFrom).toBe("q");
  expect([room(start).gaps, room(next).gaps]).toEqual([0, 1]);
});

test("older events go before the newer ones until the room begins", () => {
  const older = applyHistory(room(start), [message("y"), message("x")], "more");
  expect(older.events.map((event) => event.event_id)).toEqual(["x", "y", "a"]);
  expect(older.olderFrom).toBe("more");
  expect(applyHistory(older, [message("w")], undefined).olderFrom).toBeNull();
  expect(applyHistory(older, [], "again").olderFrom).toBeNull();
});

test("a room without a name is called after who is in it", () => {
  expect(roomName(room(start), me)).toBe("Empty room");
  const joined = sync({
    timeline: { events: [member("@bot:test", "join", "Bot"), member("@eve:test", "leave")] },
  });
  expect(roomName(room(applySync(start, joined, me, false)), me)).toBe("Bot");
});

test("typing is known of others, and ends", () => {
  const typing = (users: string[]) =>
    sync({ ephemeral: { events: [{ type: "m.typing", content: { user_ids: users } }] } });
  const now = applySync(start, typing([me, "@bot:test"]), me, false);
  expect(room(now).typing).toEqual(["@bot:test"]);
  expect(room(applySync(now, sync({}), me, false)).typing).toEqual(["@bot:test"]);
  expect(room(applySync(now, typing([]), me, false)).typing).toEqual([]);
});

test("an echo goes when its event comes", () => {
  const echo = newEcho("t", me, 2, { type: "m.room.message", content: {} });
  const waiting: Rooms = new Map([[ROOM, { ...room(start), echoes: [echo] }]]);
  const came = message("b", me, { unsigned: { transaction_id: "t" } });
  expect(room(applySync(waiting, sync({ timeline: { events: [came] } }), me, false)).echoes).toEqual([]);
});

test("rooms one left are gone, and invitations are there", () => {
  const next = applySync(
    start,
    {
      next_batch: "n",
      rooms: {
        leave: { [ROOM]: {} },
        invite: {
          "!i:test": {
            invite_state: {
              events: [{ ...message("n"), type: "m.room.name", state_key: "", content: { name: "Come in" } }],
            },
          },
        },
      },
    },
    me,
    false,
  );
  expect([...next.values()].map(({ membership, name }) => [membership, name])).toEqual([
    ["invite", "Come in"],
  ]);
});
