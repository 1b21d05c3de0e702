import { expect, test } from "vitest";
import { register, request, roomWith, startTestHomeserver } from "../testing/homeserver.ts";

test("a flood is injected in one request, in order, past the rate limit", async () => {
  const homeserver = await startTestHomeserver({ inject: true, rateLimit: { perSecond: 1, burst: 1 } });
  const alice = await register(homeserver, "alice");
  const roomId = await roomWith(alice);
  const contents = Array.from({ length: 2000 }, (_, index) => ({ msgtype: "m.text", body: `${index}` }));
  const bursts = [{ room_id: roomId, sender: alice.userId, contents }];
  const { body } = await request(homeserver.url, "POST", "/_rookery/inject", { bursts });
  expect(body.event_ids[0]).toHaveLength(2000);
  const last = (await alice.get(`/rooms/${roomId}/messages?dir=b&limit=1`)).body.chunk[0];
  expect(last).toMatchObject({ event_id: body.event_ids[0].at(-1), content: { body: "1999" } });
});

test("a flood can be fed so that every sync carries the same number of messages", async () => {
  const homeserver = await startTestHomeserver({ inject: true });
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob]);
  let { next_batch } = await bob.sync();
  const messages = Array.from({ length: 25 }, (_, index) => ({
    room_id: roomId,
    sender: alice.userId,
    content: { body: `${index}` },
  }));
  const waiting = bob.sync({ since: next_batch, timeout: 30_000 });
  const fed = request(homeserver.url, "POST", "/_rookery/feed", {
    user_id: bob.userId,
    per_sync: 10,
    messages,
  });
  const counts: number[] = [];
  for (let body = await waiting; counts.length < 3; ) {
    counts.push(body.rooms.join[roomId].timeline.events.length);
    next_batch = body.next_batch;
    if (counts.length < 3) body = await bob.sync({ since: next_batch, timeout: 30_000 });
  }
  expect(counts).toEqual([10, 10, 5]);
  expect((await fed).body.event_ids).toHaveLength(25);
});

test("nobody can inject where it was not asked for", async () => {
  const { url } = await startTestHomeserver();
  expect((await request(url, "POST", "/_rookery/inject", { bursts: [] })).status).toBe(404);
});
