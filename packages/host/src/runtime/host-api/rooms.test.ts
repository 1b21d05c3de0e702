import { expect, onTestFinished, test, vi } from "vitest";
import { AppError } from "../../errors.ts";
import { HostMatrixClient } from "../../matrix/client.ts";
import { openTestScopes } from "../../testing/scopes.ts";

const failure = (code: string, message = "") => ({ code, message: expect.stringContaining(message) });
const ALL = ["create", "invite", "moderate", "state", "history"] as const;

/** A bot with all operations on rooms, in a room that it made itself, with Ada. */
async function setUp(rooms: readonly (typeof ALL)[number][] = ALL) {
  const scopes = await openTestScopes({ granted: { rooms } });
  const { ada, bot, dispatcher, deliver } = scopes;
  const own = await bot.room([ada]);
  const runner = { run: () => undefined, abort: () => undefined, senderName: () => null };
  return {
    ...scopes,
    own,
    hear: async (body = "hi") => deliver(await ada.say(scopes.roomId, body)),
    /** The worker dies, and what it was doing runs again. */
    runAgain() {
      dispatcher.lost("one", "Its worker failed: no.");
      dispatcher.attach("one", "plugin", { ...runner, isTooOld: () => false });
    },
    joined: () => bot.client.getJoinedRooms(),
    membership: async (userId: string) =>
      ((await bot.client.getRoomStateEvent(own, "m.room.member", userId)) as { membership: string })
        .membership,
  };
}

test("a room is made as it was asked for", async () => {
  const { call, hear, ada, bot, joined } = await setUp();
  const { roomId } = await call("room.create", {
    ...{ delivery: await hear(), name: "Incident", topic: "What broke?", invite: [ada.userId] },
  });
  expect(await joined()).toContain(roomId);
  await ada.client.joinRoom(String(roomId));
  const state = await bot.client.getRoomState(String(roomId));
  const contents = Object.fromEntries(
    state.map(({ type, content }: { type: string; content: object }) => [type, content]),
  );
  expect(contents).toMatchObject({
    "m.room.name": { name: "Incident" },
    "m.room.topic": { topic: "What broke?" },
    "m.room.join_rules": { join_rule: "invite" },
  });
});

test("a room into which somebody is invited needs both permissions", async () => {
  const { call, hear, ada, joined } = await setUp(["create"]);
  const before = await joined();
  const delivery = await hear();
  await expect(call("room.create", { delivery, invite: [ada.userId] })).rejects.toMatchObject(
    failure("PERMISSION_DENIED", '"rooms: invite"'),
  );
  expect(await joined()).toEqual(before);
});

test("a delivery that runs again makes no second room, be it that the answer was noted or lost", async () => {
  const { call, hear, runAgain, joined, store } = await setUp();
  const delivery = await hear();
  const first = await call("room.create", { delivery });
  const second = await call("room.create", { delivery });
  expect(second).not.toEqual(first);
  const rooms = await joined();

  runAgain();
  expect(await call("room.create", { delivery })).toEqual(first);
  store.db.prepare("UPDATE created_room SET room_id = NULL").run();
  runAgain();
  expect(await call("room.create", { delivery })).toEqual(first);
  expect(await call("room.create", { delivery })).toEqual(second);
  expect(await joined()).toEqual(rooms);
});

test("a homeserver that makes the room and does not answer makes no second one", async () => {
  const { call, hear, joined } = await setUp();
  const before = await joined();
  const create = HostMatrixClient.prototype.createRoom;
  const asked = vi.spyOn(HostMatrixClient.prototype, "createRoom");
  onTestFinished(() => asked.mockRestore());
  asked.mockImplementationOnce(async function (this: HostMatrixClient, properties) {
    await create.call(this, properties);
    throw new AppError("HOMESERVER_UNREACHABLE", "No answer.");
  });
  const { roomId } = await call("room.create", { delivery: await hear() });
  expect(await joined()).toEqual([...before, roomId]);
  expect(asked).toHaveBeenCalledOnce();
});

test("people are invited, kicked, banned and let back in, and twice is once", async () => {
  const { call, own, ada, membership } = await setUp();
  const about = { roomId: own, userId: ada.userId, reason: "because" };
  for (const [method, becomes] of [
    ["room.kick", "leave"],
    ["room.invite", "invite"],
    ["room.ban", "ban"],
    ["room.unban", "leave"],
  ] as const) {
    await call(method, about);
    await call(method, about);
    expect(await membership(ada.userId), method).toBe(becomes);
  }
  await call("room.invite", about);
  await ada.client.joinRoom(own);
  await call("room.invite", about);
  expect(await membership(ada.userId)).toBe("join");
});

test("what the account has no power for is refused with the homeserver's words", async () => {
  const { call, ada, bot, roomId, unexpected } = await setUp();
  for (const method of ["room.kick", "room.ban"]) {
    await expect(call(method, { roomId, userId: ada.userId })).rejects.toMatchObject(failure("M_FORBIDDEN"));
  }
  const content = { name: "Mine" };
  await expect(
    call("room.state.set", { roomId, type: "m.room.name", stateKey: "", content }),
  ).rejects.toMatchObject(failure("M_FORBIDDEN"));
  await expect(call("room.invite", { roomId, userId: bot.userId })).resolves.toBeNull();
  expect(unexpected).toEqual([]);
});

test("a room's settings are set and read, but for who is a member", async () => {
  const { call, own, ada, membership } = await setUp();
  const topic = { roomId: own, type: "m.room.topic", stateKey: "" };
  expect(await call("room.state.get", topic)).toEqual({ content: null });
  await call("room.state.set", { ...topic, content: { topic: "Birds" } });
  expect(await call("room.state.get", topic)).toEqual({ content: { topic: "Birds" } });

  const member = { roomId: own, type: "m.room.member", stateKey: ada.userId };
  await expect(call("room.state.set", { ...member, content: { membership: "ban" } })).rejects.toMatchObject(
    failure("BAD_REQUEST"),
  );
  expect(await membership(ada.userId)).toBe("join");
});

test("who is in a room is told", async () => {
  const { call, own, ada, bot } = await setUp();
  const members = (await call("room.members", { roomId: own })) as unknown as { userId: string }[];
  expect(members.map(({ userId }) => userId).sort()).toEqual([ada.userId, bot.userId].sort());
});

test("a room's history is read page by page, from the newest back to its beginning", async () => {
  const { call, own, ada } = await setUp();
  for (const body of ["one", "two", "three"]) await ada.say(own, body);
  const seen: unknown[] = [];
  let from: object = {};
  for (let more = true; more; ) {
    const page = (await call("room.history", { roomId: own, limit: 2, ...from })) as {
      events: { type: string; content: { body?: string } }[];
      next: string | null;
    };
    expect(page.events.length).toBeLessThanOrEqual(2);
    seen.push(...page.events.map(({ type, content }) => content.body ?? type));
    more = page.next !== null;
    from = { from: page.next };
  }
  expect(seen.slice(0, 3)).toEqual(["three", "two", "one"]);
  expect(seen.at(-1)).toBe("m.room.create");
});

test("with the permission to moderate, and the power, others' words are removed", async () => {
  const { call, own, ada, roomId, hear, runSchedule } = await setUp(["moderate"]);
  const spam = await ada.say(own, "cheap watches");
  await call("event.redact", { delivery: runSchedule("tidy"), roomId: own, eventId: spam, reason: "Spam" });
  expect((await ada.messages(own)).map(({ body }) => body)).toEqual([undefined]);

  const hers = await ada.say(roomId, "mine");
  await expect(call("event.redact", { delivery: await hear(), eventId: hers })).rejects.toMatchObject(
    failure("M_FORBIDDEN"),
  );
});
