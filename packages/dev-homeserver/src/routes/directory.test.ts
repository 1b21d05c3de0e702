import { expect, test } from "vitest";
import { register, request, roomWith, startTestHomeserver } from "../testing/homeserver.ts";

test("an alias leads to its room until it is removed", async () => {
  const homeserver = await startTestHomeserver();
  const [alice, bob] = [await register(homeserver, "alice"), await register(homeserver, "bob")];
  const roomId = await roomWith(alice, [bob]);
  const path = `/directory/room/${encodeURIComponent("#tea:dev.localhost")}`;
  expect((await alice.get(path)).status).toBe(404);
  expect((await alice.put(path, { room_id: roomId })).status).toBe(200);
  expect((await alice.put(path, { room_id: roomId })).status).toBe(409);
  expect((await bob.get(path)).body).toEqual({ room_id: roomId, servers: ["dev.localhost"] });
  expect((await bob.get(`/rooms/${roomId}/aliases`)).body.aliases).toEqual(["#tea:dev.localhost"]);
  expect((await bob.delete(path)).status).toBe(403);
  expect((await alice.delete(path)).status).toBe(200);
  expect((await alice.get(path)).status).toBe(404);
});

test("a taken alias makes no room", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  await roomWith(alice, [], { room_alias_name: "tea" });
  const second = await alice.post("/createRoom", { room_alias_name: "tea" });
  expect(second.body.errcode).toBe("M_ROOM_IN_USE");
  expect((await alice.get("/joined_rooms")).body.joined_rooms).toHaveLength(1);
});

test("public rooms are listed and found, private ones are not", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  const roomId = await roomWith(alice, [], { visibility: "public", name: "Tea room", topic: "Darjeeling" });
  await roomWith(alice, [], { name: "Private" });
  const listed = await request(homeserver.url, "GET", "/_matrix/client/v3/publicRooms");
  expect(listed.body.chunk).toMatchObject([{ room_id: roomId, name: "Tea room", num_joined_members: 1 }]);
  const search = async (term: string) =>
    (await alice.post("/publicRooms", { filter: { generic_search_term: term } })).body.chunk;
  expect(await search("darjeel")).toHaveLength(1);
  expect(await search("coffee")).toEqual([]);
  await alice.put(`/directory/list/room/${roomId}`, { visibility: "private" });
  expect((await alice.post("/publicRooms")).body.chunk).toEqual([]);
});
