import { expect, test } from "vitest";
import { register, roomWith, startTestHomeserver } from "../testing/homeserver.ts";

async function talk(count: number) {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const roomId = await roomWith(alice);
  const contents = Array.from({ length: count }, (_, index) => ({ msgtype: "m.text", body: `${index}` }));
  const ids = homeserver.inject(roomId, alice.userId, contents);
  return { homeserver, alice, roomId, ids };
}

const bodies = (events: { content: { body?: string } }[]) => events.map((event) => event.content.body);

test("history reads backwards and forwards to the same end, over what memory holds", async () => {
  const { alice, roomId } = await talk(1500);
  for (const direction of ["b", "f"]) {
    const seen: (string | undefined)[] = [];
    let from: string | undefined = "";
    while (from !== undefined) {
      const path = `/rooms/${roomId}/messages?dir=${direction}&limit=97${from && `&from=${from}`}`;
      const { chunk, end } = (await alice.get(path)).body as { chunk: never[]; end?: string };
      seen.push(...bodies(chunk));
      from = end;
    }
    const expected = Array.from({ length: 1500 }, (_, index) => `${index}`);
    const said = seen.filter((body) => body !== undefined);
    expect(direction === "b" ? said.reverse() : said).toEqual(expected);
  }
});

test("a filter finds the rare event among the many", async () => {
  const { alice, roomId } = await talk(700);
  const filter = encodeURIComponent(JSON.stringify({ types: ["m.room.create"], limit: 5 }));
  const { chunk } = (await alice.get(`/rooms/${roomId}/messages?dir=b&filter=${filter}`)).body;
  expect(chunk).toMatchObject([{ type: "m.room.create", room_id: roomId }]);
});

test("the context of an event is what was said around it", async () => {
  const { alice, roomId, ids } = await talk(20);
  const body = (await alice.get(`/rooms/${roomId}/context/${ids[10]}?limit=4`)).body;
  expect(body.event.content.body).toBe("10");
  expect(bodies(body.events_before)).toEqual(["9", "8"]);
  expect(bodies(body.events_after)).toEqual(["11", "12"]);
  const before = await alice.get(`/rooms/${roomId}/messages?dir=b&limit=1&from=${body.start}`);
  expect(bodies(before.body.chunk)).toEqual(["7"]);
  const after = await alice.get(`/rooms/${roomId}/messages?dir=f&limit=1&from=${body.end}`);
  expect(bodies(after.body.chunk)).toEqual(["13"]);
});

test("an outsider reads nothing", async () => {
  const { homeserver, roomId, ids } = await talk(1);
  const bob = await register(homeserver, "bob");
  for (const path of ["messages?dir=b", `event/${ids[0]}`, `context/${ids[0]}`, "state", "members"])
    expect((await bob.get(`/rooms/${roomId}/${path}`)).status).toBe(403);
});

test("state is read by key, as content or as event, all at once, and as members", async () => {
  const { alice, roomId } = await talk(0);
  await alice.put(`/rooms/${roomId}/state/org.example.thing/some%2Fkey`, { value: 1 });
  expect((await alice.get(`/rooms/${roomId}/state/org.example.thing/some%2Fkey`)).body).toEqual({ value: 1 });
  const event = (await alice.get(`/rooms/${roomId}/state/org.example.thing/some%2Fkey?format=event`)).body;
  expect(event).toMatchObject({ state_key: "some/key", sender: alice.userId, content: { value: 1 } });
  expect((await alice.get(`/rooms/${roomId}/state/org.example.thing`)).status).toBe(404);
  expect((await alice.get(`/rooms/${roomId}/state/m.room.create/`)).body.room_version).toBe("11");
  const state = (await alice.get(`/rooms/${roomId}/state`)).body;
  expect(state).toContainEqual(expect.objectContaining({ event_id: event.event_id }));
  const members = await alice.get(`/rooms/${roomId}/members?membership=join`);
  expect(members.body.chunk).toMatchObject([{ state_key: alice.userId }]);
});
