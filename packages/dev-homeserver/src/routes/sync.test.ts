import { expect, test } from "vitest";
import { register, roomWith, startTestHomeserver, type TestUser } from "../testing/homeserver.ts";

async function two() {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  return { homeserver, alice, bob, roomId: await roomWith(alice, [bob]) };
}

async function sayMany(user: TestUser, roomId: string, count: number, from = 0): Promise<void> {
  for (let index = from; index < from + count; index++) await user.say(roomId, `${index}`);
}

const bodies = (events: { content: { body?: string } }[]) => events.map((event) => event.content.body);

test("a waiting sync answers when something is said, and an idle one after its timeout", async () => {
  const { alice, bob, roomId } = await two();
  const { next_batch } = await bob.sync();
  const idle = await bob.sync({ since: next_batch, timeout: 20 });
  expect(idle.rooms.join).toEqual({});
  const waiting = bob.sync({ since: idle.next_batch, timeout: 30_000 });
  await alice.say(roomId, "wake up");
  const woken = await waiting;
  expect(bodies(woken.rooms.join[roomId].timeline.events)).toEqual(["wake up"]);
  expect(woken.rooms.join[roomId].state.events).toEqual([]);
  expect(woken.rooms.join[roomId].timeline.limited).toBe(false);
});

test("what a filter leaves out does not wake a waiting sync", async () => {
  const { alice, bob, roomId } = await two();
  const filter = { room: { timeline: { types: ["org.example.*"] }, ephemeral: { types: [] } } };
  const { next_batch } = await bob.sync({ filter });
  const waiting = bob.sync({ since: next_batch, timeout: 30_000, filter });
  await alice.say(roomId, "not of that type");
  await alice.put(`/rooms/${roomId}/send/org.example.ping/1`, { ping: true });
  const { events } = (await waiting).rooms.join[roomId].timeline;
  expect(events).toMatchObject([{ type: "org.example.ping" }]);
});

test("a gap is limited to ten events, and prev_batch leads to exactly the others", async () => {
  const { alice, bob, roomId } = await two();
  const { next_batch } = await bob.sync();
  await sayMany(alice, roomId, 25);
  const { timeline } = (await bob.sync({ since: next_batch })).rooms.join[roomId];
  expect(timeline.limited).toBe(true);
  expect(bodies(timeline.events)).toEqual(Array.from({ length: 10 }, (_, index) => `${index + 15}`));
  const path = `/rooms/${roomId}/messages?dir=b&from=${timeline.prev_batch}&to=${next_batch}`;
  const first = (await bob.get(`${path}&limit=9`)).body;
  expect(bodies(first.chunk)).toEqual(Array.from({ length: 9 }, (_, index) => `${14 - index}`));
  const second = (await bob.get(`${path.replace(timeline.prev_batch, first.end)}&limit=100`)).body;
  expect(bodies(second.chunk)).toEqual(["5", "4", "3", "2", "1", "0"]);
  expect(second).not.toHaveProperty("end");
});

test("exactly as many events as the limit are not limited", async () => {
  const { alice, bob, roomId } = await two();
  const { next_batch } = await bob.sync();
  await sayMany(alice, roomId, 3);
  const filter = { room: { timeline: { limit: 3 } } };
  const { timeline } = (await bob.sync({ since: next_batch, filter })).rooms.join[roomId];
  expect([timeline.limited, timeline.events.length]).toEqual([false, 3]);
});

test("state that changed inside a gap is in `state`, later changes are in the timeline only", async () => {
  const { alice, bob, roomId } = await two();
  const { next_batch } = await bob.sync();
  await alice.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "first" });
  await alice.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "in the gap" });
  await sayMany(alice, roomId, 2);
  await alice.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "in the timeline" });
  const filter = { room: { timeline: { limit: 2 } } };
  const { state, timeline } = (await bob.sync({ since: next_batch, filter })).rooms.join[roomId];
  expect(state.events).toMatchObject([{ content: { topic: "in the gap" } }]);
  expect(timeline.events).toMatchObject([
    { content: { body: "1" } },
    { content: { topic: "in the timeline" } },
  ]);
});

test("a first sync tells the state as it was before the timeline; full_state tells it again", async () => {
  const { alice, roomId } = await two();
  await alice.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "before" });
  await alice.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "after" });
  const filter = { room: { timeline: { limit: 1 } } };
  const first = await alice.sync({ filter });
  const topicIn = (body: typeof first) =>
    body.rooms.join[roomId].state.events.find((event: { type: string }) => event.type === "m.room.topic");
  expect(topicIn(first).content.topic).toBe("before");
  const full = await alice.sync({ since: first.next_batch, full_state: true, filter, timeout: 10_000 });
  expect(topicIn(full).content.topic).toBe("after");
  expect(full.rooms.join[roomId].timeline.events).toEqual([]);
});

test("who joins gets the whole state and the recent history at once", async () => {
  const { homeserver, alice, roomId } = await two();
  await sayMany(alice, roomId, 12);
  const carol = await register(homeserver, "carol");
  const { next_batch } = await carol.sync();
  await alice.post(`/rooms/${roomId}/invite`, { user_id: carol.userId });
  await carol.post(`/join/${roomId}`);
  const { state, timeline, summary } = (await carol.sync({ since: next_batch })).rooms.join[roomId];
  expect(state.events.map((event: { type: string }) => event.type)).toContain("m.room.create");
  expect(timeline.limited).toBe(true);
  expect(bodies(timeline.events).slice(0, 8)).toEqual(["4", "5", "6", "7", "8", "9", "10", "11"]);
  expect(summary["m.joined_member_count"]).toBe(3);
});

test("history from before a join is hidden where the room says so", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [], {
    preset: "public_chat",
    initial_state: [{ type: "m.room.history_visibility", content: { history_visibility: "joined" } }],
  });
  const secret = await alice.say(roomId, "secret");
  await bob.post(`/join/${roomId}`);
  await alice.say(roomId, "hello");
  const { timeline } = (await bob.sync()).rooms.join[roomId];
  expect(bodies(timeline.events).slice(-2)).toEqual([undefined, "hello"]);
  expect(bodies(timeline.events)).not.toContain("secret");
  const { chunk } = (await bob.get(`/rooms/${roomId}/messages?dir=b&limit=50`)).body;
  expect(bodies(chunk)).toContain("hello");
  expect(bodies(chunk)).not.toContain("secret");
  expect((await bob.get(`/rooms/${roomId}/event/${secret}`)).status).toBe(404);
});

test("who leaves is told so, and sees nothing of what follows", async () => {
  const { alice, bob, roomId } = await two();
  const { next_batch } = await bob.sync();
  await alice.say(roomId, "before");
  await alice.post(`/rooms/${roomId}/kick`, { user_id: bob.userId, reason: "tired" });
  await alice.say(roomId, "after");
  const body = await bob.sync({ since: next_batch });
  expect(body.rooms.join).toEqual({});
  expect(body.rooms.leave[roomId].timeline.events).toMatchObject([
    { content: { body: "before" } },
    { content: { membership: "leave", reason: "tired" } },
  ]);
  const later = await bob.sync({ since: body.next_batch });
  expect(later.rooms.leave).toEqual({});
  expect(bodies((await bob.get(`/rooms/${roomId}/messages?dir=b&limit=2`)).body.chunk)).toEqual([
    undefined,
    "before",
  ]);
});

test("lazy loading tells only the members who speak", async () => {
  const { homeserver, alice, bob, roomId } = await two();
  const carol = await register(homeserver, "carol");
  await alice.post(`/rooms/${roomId}/invite`, { user_id: carol.userId });
  await carol.post(`/join/${roomId}`);
  await alice.say(roomId, "hello");
  const filter = { room: { state: { lazy_load_members: true }, timeline: { limit: 1 } } };
  const { state } = (await bob.sync({ filter })).rooms.join[roomId];
  const members = state.events.filter((event: { type: string }) => event.type === "m.room.member");
  expect(members.map((event: { state_key: string }) => event.state_key).sort()).toEqual([
    alice.userId,
    bob.userId,
  ]);
});

test("a stored filter works like an inline one; somebody else's is not found", async () => {
  const { alice, bob, roomId } = await two();
  await sayMany(alice, roomId, 3);
  const filter = { room: { timeline: { limit: 2, senders: [alice.userId], types: ["m.room.message"] } } };
  const { filter_id } = (await bob.post(`/user/${bob.userId}/filter`, filter)).body;
  expect((await bob.get(`/user/${bob.userId}/filter/${filter_id}`)).body).toEqual(filter);
  const { timeline } = (await bob.sync({ filter: filter_id })).rooms.join[roomId];
  expect(bodies(timeline.events)).toEqual(["1", "2"]);
  expect((await alice.get(`/sync?filter=${filter_id}`)).status).toBe(404);
});

test("rooms can be filtered in and out", async () => {
  const { bob, roomId } = await two();
  const other = await roomWith(bob);
  const roomsWith = async (room: object) => Object.keys((await bob.sync({ filter: { room } })).rooms.join);
  expect(await roomsWith({ rooms: [other] })).toEqual([other]);
  expect(await roomsWith({ not_rooms: [other] })).toEqual([roomId]);
});

test("typing is told when it begins and when it ends", async () => {
  const { alice, bob, roomId } = await two();
  const start = await bob.sync();
  const path = `/rooms/${roomId}/typing/${alice.userId}`;
  await alice.put(path, { typing: true, timeout: 60_000 });
  const typing = await bob.sync({ since: start.next_batch });
  expect(typing.rooms.join[roomId].ephemeral.events).toEqual([
    { type: "m.typing", content: { user_ids: [alice.userId] } },
  ]);
  const ended = bob.sync({ since: typing.next_batch, timeout: 30_000 });
  await alice.put(path, { typing: false });
  expect((await ended).rooms.join[roomId].ephemeral.events).toEqual([
    { type: "m.typing", content: { user_ids: [] } },
  ]);
});

test("public receipts are told to all, private ones and the read marker only to their user", async () => {
  const { alice, bob, roomId } = await two();
  const eventId = await alice.say(roomId, "read this");
  const starts = { alice: await alice.sync(), bob: await bob.sync() };
  await bob.post(`/rooms/${roomId}/read_markers`, { "m.fully_read": eventId, "m.read.private": eventId });
  await bob.post(`/rooms/${roomId}/receipt/m.read/${eventId}`, { thread_id: "main" });
  const hers = (await alice.sync({ since: starts.alice.next_batch })).rooms.join[roomId];
  expect(hers.ephemeral.events).toMatchObject([
    { type: "m.receipt", content: { [eventId]: { "m.read": { [bob.userId]: { thread_id: "main" } } } } },
  ]);
  expect(hers.ephemeral.events[0].content[eventId]).not.toHaveProperty(["m.read.private"]);
  expect(hers.account_data.events).toEqual([]);
  const his = (await bob.sync({ since: starts.bob.next_batch })).rooms.join[roomId];
  expect(his.ephemeral.events[0].content[eventId]).toHaveProperty(["m.read.private", bob.userId]);
  expect(his.account_data.events).toEqual([{ type: "m.fully_read", content: { event_id: eventId } }]);
});

test("a receipt for what is no event ID is refused", async () => {
  const { bob, roomId } = await two();
  expect((await bob.post(`/rooms/${roomId}/receipt/m.read/__proto__`)).body.errcode).toBe("M_INVALID_PARAM");
  expect({}).not.toHaveProperty(["m.read"]);
});

test("account data and tags reach the user's other syncs", async () => {
  const { alice, bob, roomId } = await two();
  const { next_batch } = await alice.sync();
  const user = `/user/${alice.userId}`;
  await alice.put(`${user}/account_data/m.direct`, { [bob.userId]: [roomId] });
  await alice.put(`${user}/rooms/${roomId}/tags/m.favourite`, { order: 0.5 });
  const body = await alice.sync({ since: next_batch });
  expect(body.account_data.events).toEqual([{ type: "m.direct", content: { [bob.userId]: [roomId] } }]);
  expect(body.rooms.join[roomId].account_data.events).toEqual([
    { type: "m.tag", content: { tags: { "m.favourite": { order: 0.5 } } } },
  ]);
  expect((await alice.get(`${user}/account_data/m.direct`)).body).toEqual({ [bob.userId]: [roomId] });
  await alice.delete(`${user}/rooms/${roomId}/tags/m.favourite`);
  expect((await alice.get(`${user}/rooms/${roomId}/tags`)).body).toEqual({ tags: {} });
  expect((await bob.get(`${user}/account_data/m.direct`)).status).toBe(403);
});

test("messages to a device arrive until they are acknowledged, once per transaction", async () => {
  const { alice, bob } = await two();
  const messages = { [bob.userId]: { [bob.deviceId]: { hello: "device" } } };
  await alice.put("/sendToDevice/org.example.hello/1", { messages });
  await alice.put("/sendToDevice/org.example.hello/1", { messages });
  const first = await bob.sync();
  const expected = [{ type: "org.example.hello", sender: alice.userId, content: { hello: "device" } }];
  expect(first.to_device.events).toEqual(expected);
  expect((await bob.sync()).to_device.events).toEqual(expected);
  expect((await bob.sync({ since: first.next_batch })).to_device.events).toEqual([]);
});

test("a token of another server, or a filter that is none, is refused", async () => {
  const { bob } = await two();
  expect((await bob.get("/sync?since=s12_34_56")).body.errcode).toBe("M_INVALID_PARAM");
  expect((await bob.get("/sync?filter=%7Bnope")).body.errcode).toBe("M_INVALID_PARAM");
});
