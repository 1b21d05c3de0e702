import { expect, test } from "vitest";
import { register, roomWith, startTestHomeserver } from "../testing/homeserver.ts";

test("a transaction ID sends once: the repetition gets the same event ID", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob]);
  const path = `/rooms/${roomId}/send/m.room.message/same`;
  const first = (await alice.put(path, { body: "one" })).body.event_id;
  expect((await alice.put(path, { body: "two" })).body.event_id).toBe(first);
  expect((await bob.put(path, { body: "of another device" })).body.event_id).not.toBe(first);
  const redact = `/rooms/${roomId}/redact/${first}/again`;
  const redaction = (await alice.put(redact)).body.event_id;
  expect((await alice.put(redact)).body.event_id).toBe(redaction);
  const { chunk } = (await alice.get(`/rooms/${roomId}/messages?dir=b&limit=3`)).body;
  expect(chunk.map((event: { type: string }) => event.type)).toEqual([
    "m.room.redaction",
    "m.room.message",
    "m.room.message",
  ]);
});

test("only the sending device sees its transaction ID", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob]);
  await alice.put(`/rooms/${roomId}/send/m.room.message/mine`, { body: "hello" });
  const last = async (user: typeof alice) =>
    (await user.sync()).rooms.join[roomId].timeline.events.at(-1).unsigned;
  expect((await last(alice)).transaction_id).toBe("mine");
  expect(await last(bob)).not.toHaveProperty("transaction_id");
});

test("redaction prunes the content and names its reason, in history and state", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const roomId = await roomWith(alice, [], { topic: "secret" });
  const said = await alice.say(roomId, "secret");
  await alice.put(`/rooms/${roomId}/redact/${said}/1`, { reason: "spoiler" });
  const event = (await alice.get(`/rooms/${roomId}/event/${said}`)).body;
  expect(event.content).toEqual({});
  expect(event.unsigned.redacted_because).toMatchObject({
    redacts: said,
    content: { redacts: said, reason: "spoiler" },
  });
  const topic = (await alice.get(`/rooms/${roomId}/state/m.room.topic?format=event`)).body;
  await alice.put(`/rooms/${roomId}/redact/${topic.event_id}/2`);
  expect((await alice.get(`/rooms/${roomId}/state/m.room.topic`)).body).toEqual({});
});

test("others' messages can only be redacted with the power to do so", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob]);
  const [hers, his] = [await alice.say(roomId, "hers"), await bob.say(roomId, "his")];
  expect((await bob.put(`/rooms/${roomId}/redact/${hers}/1`)).body.errcode).toBe("M_FORBIDDEN");
  expect((await bob.put(`/rooms/${roomId}/redact/${his}/2`)).status).toBe(200);
  expect((await alice.put(`/rooms/${roomId}/redact/$nothing/3`)).status).toBe(404);
});

test("power levels hold for messages, state, and for themselves", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob], {
    power_level_content_override: { events_default: 10, users: { [alice.userId]: 100, [bob.userId]: 10 } },
  });
  expect((await bob.put(`/rooms/${roomId}/send/m.room.message/1`, { body: "I may" })).status).toBe(200);
  expect((await bob.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "mine" })).status).toBe(403);
  const levels = (await alice.get(`/rooms/${roomId}/state/m.room.power_levels`)).body;
  const raised = { ...levels, state_default: 10, events: {}, users: { ...levels.users, [bob.userId]: 50 } };
  await alice.put(`/rooms/${roomId}/state/m.room.power_levels`, raised);
  expect((await bob.put(`/rooms/${roomId}/state/m.room.topic`, { topic: "mine" })).status).toBe(200);
  const coup = { ...raised, users: { ...raised.users, [bob.userId]: 100 } };
  expect((await bob.put(`/rooms/${roomId}/state/m.room.power_levels`, coup)).status).toBe(403);
});

test("an outsider cannot send", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice);
  const reply = await bob.put(`/rooms/${roomId}/send/m.room.message/1`, { body: "let me in" });
  expect([reply.status, reply.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
});

test("an event larger than 64 KiB is refused", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const roomId = await roomWith(alice);
  const reply = await alice.put(`/rooms/${roomId}/send/m.room.message/1`, { body: "x".repeat(70_000) });
  expect([reply.status, reply.body.errcode]).toEqual([413, "M_TOO_LARGE"]);
});

test("a rate limit answers 429 with the time to wait, after which sending works", async () => {
  const homeserver = await startTestHomeserver({ rateLimit: { perSecond: 20, burst: 2 } });
  const alice = await register(homeserver, "alice");
  const roomId = await roomWith(alice);
  const send = (id: number) => alice.put(`/rooms/${roomId}/send/m.room.message/${id}`, { body: "quick" });
  const replies = [await send(1), await send(2), await send(3)];
  expect(replies.map((reply) => reply.status)).toEqual([200, 200, 429]);
  const [, , limited] = replies;
  expect(limited?.body).toMatchObject({ errcode: "M_LIMIT_EXCEEDED", retry_after_ms: expect.any(Number) });
  expect(limited?.headers.get("retry-after")).toBe("1");
  // Waiting is what the answer asks for; the promise is that this wait is enough.
  await new Promise((resolve) => setTimeout(resolve, limited?.body.retry_after_ms));
  expect((await send(3)).status).toBe(200);
});
