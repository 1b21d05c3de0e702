import { expect, test } from "vitest";
import { jsonOf, register, roomWith, startTestHomeserver } from "../testing/homeserver.ts";

async function two() {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob]);
  const relations = async (path: string) =>
    jsonOf(
      await fetch(`${homeserver.url}/_matrix/client/v1/rooms/${roomId}/${path}`, {
        headers: { Authorization: `Bearer ${bob.accessToken}` },
      }),
    );
  return { alice, bob, roomId, relations };
}

const relatesTo = (rel_type: string, event_id: string, more: object = {}) => ({
  "m.relates_to": { rel_type, event_id, ...more },
});

test("an edited message carries its latest edit, as long as its sender made it", async () => {
  const { alice, bob, roomId } = await two();
  const original = await alice.say(roomId, "teh");
  await bob.say(roomId, "* forged", relatesTo("m.replace", original));
  const edit = await alice.say(roomId, "* the", {
    "m.new_content": { body: "the" },
    ...relatesTo("m.replace", original),
  });
  const event = (await bob.get(`/rooms/${roomId}/event/${original}`)).body;
  expect(event.content.body).toBe("teh");
  expect(event.unsigned["m.relations"]["m.replace"]).toMatchObject({
    event_id: edit,
    content: { "m.new_content": { body: "the" } },
  });
  const { events } = (await bob.sync()).rooms.join[roomId].timeline;
  const synced = events.find((it: { event_id: string }) => it.event_id === original);
  expect(synced.unsigned["m.relations"]["m.replace"].event_id).toBe(edit);
});

test("a thread's root counts its replies and carries the last", async () => {
  const { alice, bob, roomId, relations } = await two();
  const [root, other] = [await alice.say(roomId, "root"), await alice.say(roomId, "other")];
  await alice.say(roomId, "one", relatesTo("m.thread", root));
  const last = await alice.say(roomId, "two", relatesTo("m.thread", root));
  await bob.say(roomId, "three", relatesTo("m.thread", other));
  const bundle = (await bob.get(`/rooms/${roomId}/event/${root}`)).body.unsigned["m.relations"]["m.thread"];
  expect(bundle).toMatchObject({
    count: 2,
    latest_event: { event_id: last },
    current_user_participated: false,
  });
  const ids = async (path: string) =>
    (await relations(path)).chunk.map((event: { event_id: string }) => event.event_id);
  expect(await ids("threads")).toEqual([other, root]);
  expect(await ids("threads?include=participated")).toEqual([other]);
  const page = await relations("threads?limit=1");
  expect(await ids(`threads?from=${page.next_batch}`)).toEqual([root]);
});

test("relations are listed by kind and type, newest first, page by page", async () => {
  const { alice, bob, roomId, relations } = await two();
  const target = await alice.say(roomId, "vote");
  const react = async (user: typeof alice, key: string) =>
    (await user.put(`/rooms/${roomId}/send/m.reaction/${key}`, relatesTo("m.annotation", target, { key })))
      .body.event_id;
  const [first, second] = [await react(alice, "a"), await react(bob, "b")];
  await bob.say(roomId, "see above", relatesTo("m.reference", target));
  const all = await relations(`relations/${target}`);
  expect(all.chunk).toHaveLength(3);
  const page = await relations(`relations/${target}/m.annotation/m.reaction?limit=1`);
  expect(page.chunk).toMatchObject([{ event_id: second }]);
  const next = await relations(`relations/${target}/m.annotation?limit=1&from=${page.next_batch}`);
  expect(next.chunk).toMatchObject([{ event_id: first }]);
  expect(next).not.toHaveProperty("next_batch");
  await bob.put(`/rooms/${roomId}/redact/${second}/r`);
  expect((await relations(`relations/${target}/m.annotation`)).chunk).toHaveLength(1);
});

test("relations of relations are listed when asked for", async () => {
  const { alice, roomId, relations } = await two();
  const root = await alice.say(roomId, "root");
  const reply = await alice.say(roomId, "reply", relatesTo("m.thread", root));
  const edit = await alice.say(roomId, "* edited", relatesTo("m.replace", reply));
  expect((await relations(`relations/${root}`)).chunk).toMatchObject([{ event_id: reply }]);
  expect((await relations(`relations/${root}?recurse=true`)).chunk).toMatchObject([
    { event_id: edit },
    { event_id: reply },
  ]);
});
