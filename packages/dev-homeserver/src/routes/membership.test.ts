import { expect, test } from "vitest";
import { register, roomWith, startTestHomeserver } from "../testing/homeserver.ts";

async function three() {
  const homeserver = await startTestHomeserver();
  const [alice, bob, carol] = [
    await register(homeserver, "alice"),
    await register(homeserver, "bob"),
    await register(homeserver, "carol"),
  ];
  return { alice, bob, carol };
}

test("a private room is joined by invite only, a public one by everybody, by ID and by alias", async () => {
  const { alice, bob, carol } = await three();
  const closed = await roomWith(alice, [bob]);
  expect((await carol.post(`/join/${closed}`)).body.errcode).toBe("M_FORBIDDEN");
  const open = await roomWith(alice, [], { preset: "public_chat", room_alias_name: "open" });
  expect((await carol.post(`/join/${encodeURIComponent("#open:dev.localhost")}`)).body.room_id).toBe(open);
  expect((await bob.post(`/join/${open}`)).status).toBe(200);
  const { joined } = (await bob.get(`/rooms/${open}/joined_members`)).body;
  expect(Object.keys(joined).sort()).toEqual([alice.userId, bob.userId, carol.userId]);
  expect((await bob.get("/joined_rooms")).body.joined_rooms.sort()).toEqual([closed, open].sort());
});

test("joining twice is one event", async () => {
  const { alice, bob } = await three();
  const roomId = await roomWith(alice, [bob]);
  const { next_batch } = await bob.sync();
  expect((await bob.post(`/join/${roomId}`)).body.room_id).toBe(roomId);
  expect((await bob.sync({ since: next_batch })).rooms.join).toEqual({});
});

test("kick, ban and unban need power, and a ban keeps out until it is lifted", async () => {
  const { alice, bob, carol } = await three();
  const roomId = await roomWith(alice, [bob, carol], { preset: "public_chat" });
  const act = (user: typeof alice, action: string, target: typeof alice) =>
    user.post(`/rooms/${roomId}/${action}`, { user_id: target.userId, reason: "because" });
  expect((await act(bob, "kick", carol)).status).toBe(403);
  expect((await act(alice, "kick", bob)).status).toBe(200);
  expect((await bob.post(`/join/${roomId}`)).status).toBe(200);
  expect((await act(alice, "ban", bob)).status).toBe(200);
  expect((await bob.post(`/join/${roomId}`)).status).toBe(403);
  expect((await act(alice, "invite", bob)).status).toBe(403);
  expect((await act(alice, "unban", bob)).status).toBe(200);
  expect((await bob.post(`/join/${roomId}`)).status).toBe(200);
  const { content } = (await alice.get(`/rooms/${roomId}/state/m.room.member/${bob.userId}?format=event`))
    .body;
  expect(content.membership).toBe("join");
});

test("a room that has been left can be forgotten, one that has not cannot", async () => {
  const { alice, bob } = await three();
  const roomId = await roomWith(alice, [bob]);
  expect((await bob.post(`/rooms/${roomId}/forget`)).status).toBe(400);
  await bob.post(`/rooms/${roomId}/leave`);
  const filter = { room: { include_leave: true } };
  expect((await bob.sync({ filter })).rooms.leave).toHaveProperty([roomId]);
  expect((await bob.post(`/rooms/${roomId}/forget`)).status).toBe(200);
  expect((await bob.sync({ filter })).rooms.leave).toEqual({});
});

test("who is invited sees the room's stripped state, and can refuse", async () => {
  const { alice, bob } = await three();
  const roomId = (await alice.post("/createRoom", { name: "Tea", invite: [bob.userId], is_direct: true }))
    .body.room_id;
  const { events } = (await bob.sync()).rooms.invite[roomId].invite_state;
  expect(events).toContainEqual(expect.objectContaining({ type: "m.room.name", content: { name: "Tea" } }));
  expect(events).toContainEqual(
    expect.objectContaining({
      state_key: bob.userId,
      content: expect.objectContaining({ membership: "invite", is_direct: true }),
    }),
  );
  const { next_batch } = await bob.sync();
  await bob.post(`/rooms/${roomId}/leave`);
  const { rooms } = await bob.sync({ since: next_batch });
  expect(Object.keys(rooms.leave)).toEqual([roomId]);
  expect(rooms.leave[roomId].state.events).toEqual([]);
});

test("a restricted room opens to members of the room it names", async () => {
  const { alice, bob, carol } = await three();
  const lobby = await roomWith(alice, [bob]);
  const allow = [{ type: "m.room_membership", room_id: lobby }];
  const roomId = await roomWith(alice, [], {
    initial_state: [{ type: "m.room.join_rules", content: { join_rule: "restricted", allow } }],
  });
  expect((await bob.post(`/join/${roomId}`)).status).toBe(200);
  expect((await carol.post(`/join/${roomId}`)).status).toBe(403);
});

test("a changed profile is told in the rooms its user is in", async () => {
  const { alice, bob } = await three();
  const roomId = await roomWith(alice, [bob]);
  const { next_batch } = await bob.sync();
  await alice.put(`/profile/${alice.userId}/displayname`, { displayname: "Alice L." });
  const { events } = (await bob.sync({ since: next_batch })).rooms.join[roomId].timeline;
  expect(events).toMatchObject([
    {
      type: "m.room.member",
      state_key: alice.userId,
      content: { membership: "join", displayname: "Alice L." },
      unsigned: { prev_content: { displayname: "alice" } },
    },
  ]);
  expect((await bob.get(`/profile/${alice.userId}`)).body).toEqual({ displayname: "Alice L." });
  expect((await bob.put(`/profile/${alice.userId}/displayname`, { displayname: "x" })).status).toBe(403);
  const found = await bob.post("/user_directory/search", { search_term: "alice l" });
  expect(found.body.results).toMatchObject([{ user_id: alice.userId }]);
});

test("an upgraded room points to its successor, which points back", async () => {
  const { alice, bob } = await three();
  const roomId = await roomWith(alice, [bob], { name: "Old" });
  expect((await alice.post(`/rooms/${roomId}/upgrade`, { new_version: "1" })).body.errcode).toBe(
    "M_UNSUPPORTED_ROOM_VERSION",
  );
  expect((await alice.get(`/rooms/${roomId}/state/m.room.tombstone`)).status).toBe(404);
  const { replacement_room } = (await alice.post(`/rooms/${roomId}/upgrade`, { new_version: "11" })).body;
  expect((await alice.get(`/rooms/${roomId}/state/m.room.tombstone`)).body).toMatchObject({
    replacement_room,
  });
  expect((await alice.get(`/rooms/${replacement_room}/state/m.room.name`)).body).toEqual({ name: "Old" });
  const create = (await alice.get(`/rooms/${replacement_room}/state/m.room.create`)).body;
  expect(create.predecessor.room_id).toBe(roomId);
});
