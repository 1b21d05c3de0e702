import { expect, test } from "vitest";
import { createRoomMembers } from "./room-members.ts";

const ROOM = "!room:test";
const names = (...of: string[]) => new Map<string, string | null>(of.map((name) => [`@${name}:test`, name]));
const ids = async (answer: Promise<ReadonlyMap<string, unknown>>) => [...(await answer).keys()].sort();

test("members are asked for once, and come and go with the syncs", async () => {
  let asked = 0;
  const members = createRoomMembers(async () => {
    asked++;
    return names("ada", "bob");
  });
  await Promise.all([members.get(ROOM), members.get(ROOM)]);
  members.set(ROOM, "@eve:test", true, "Eve");
  members.set(ROOM, "@bob:test", false, null);
  members.set(ROOM, "@ada:test", true, "Countess");
  expect([...(await members.get(ROOM))]).toEqual([
    ["@ada:test", "Countess"],
    ["@eve:test", "Eve"],
  ]);
  expect(asked).toBe(1);
});

test("what a sync brings while the homeserver answers comes on top of its answer", async () => {
  const answer = Promise.withResolvers<Map<string, string | null>>();
  const members = createRoomMembers(() => answer.promise);
  const asked = members.get(ROOM);
  members.set(ROOM, "@bob:test", false, null);
  answer.resolve(names("ada", "bob"));
  expect(await ids(asked)).toEqual(["@ada:test"]);
  expect(await ids(members.get(ROOM))).toEqual(["@ada:test"]);
});

test("a room that was forgotten while it was asked for is asked for again", async () => {
  const answer = Promise.withResolvers<Map<string, string | null>>();
  let asked = 0;
  const members = createRoomMembers(() => (asked++ === 0 ? answer.promise : Promise.resolve(names("eve"))));
  const first = members.get(ROOM);
  members.forget(ROOM);
  answer.resolve(names("ada"));
  await first;
  expect(await ids(members.get(ROOM))).toEqual(["@eve:test"]);
});

test("memory is bounded: the room of longest ago goes, and one that is larger than all is not kept", async () => {
  const asked: string[] = [];
  const members = createRoomMembers(async (roomId) => {
    asked.push(roomId);
    return names(...Array.from({ length: roomId === "!large:test" ? 50 : 4 }, (_, n) => `u${n}`));
  }, 10);
  for (const room of ["!a:test", "!b:test", "!c:test", "!b:test", "!a:test"]) await members.get(room);
  expect(asked).toEqual(["!a:test", "!b:test", "!c:test", "!a:test"]);
  expect((await members.get("!large:test")).size).toBe(50);
  expect((await members.get("!large:test")).size).toBe(50);
  expect(asked.slice(4)).toEqual(["!large:test", "!large:test"]);
});
