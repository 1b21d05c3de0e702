import { expect, test } from "vitest";
import { createRoomStates, type KnownState } from "./room-states.ts";

const ROOM = "!room:test";
const NAME = "m.room.name";
const named = (name: string): KnownState => ({ content: { name }, sender: "@ada:test", eventId: `$${name}` });

test("a setting is asked for once, however many want it, and kept as syncs change it", async () => {
  let asked = 0;
  const states = createRoomStates(async () => {
    asked++;
    return named("Office");
  });
  const both = [states.get(ROOM, NAME), states.get(ROOM, NAME)];
  expect(await Promise.all(both)).toEqual([named("Office"), named("Office")]);
  states.set(ROOM, NAME, named("Workshop"));
  expect(states.get(ROOM, NAME)).toEqual(named("Workshop"));
  expect(asked).toBe(1);
});

test("what a room has not is known, too", async () => {
  const states = createRoomStates(async () => null);
  await states.get(ROOM, NAME);
  expect(states.get(ROOM, NAME)).toBeNull();
});

test("what a sync brings while the homeserver answers is newer than its answer", async () => {
  const answer = Promise.withResolvers<KnownState>();
  const states = createRoomStates(() => answer.promise);
  const asked = states.get(ROOM, NAME);
  states.set(ROOM, NAME, named("new"));
  answer.resolve(named("old"));
  await asked;
  expect(states.get(ROOM, NAME)).toEqual(named("new"));
});

test("a refusal is told, and asked for again the next time", async () => {
  let asked = 0;
  const states = createRoomStates(async () => {
    if (asked++ === 0) throw new Error("unreachable");
    return named("Office");
  });
  await expect(states.get(ROOM, NAME)).rejects.toThrow("unreachable");
  expect(await states.get(ROOM, NAME)).toEqual(named("Office"));
});

test("a room that was forgotten is asked for anew, also while it is being asked for", async () => {
  const answers = [Promise.withResolvers<KnownState>(), Promise.withResolvers<KnownState>()];
  let asked = 0;
  const states = createRoomStates(() => (answers[asked++] as (typeof answers)[0]).promise);
  const first = states.get(ROOM, NAME);
  states.forget(ROOM);
  const second = states.get(ROOM, NAME);
  answers[1]?.resolve(named("new"));
  answers[0]?.resolve(named("old"));
  await Promise.all([first, second]);
  expect(states.get(ROOM, NAME)).toEqual(named("new"));
});

test("what nobody asked for is not kept, and memory is bounded by what was asked for", async () => {
  let asked = 0;
  const states = createRoomStates(async () => {
    asked++;
    return named("x".repeat(1_000));
  }, 20_000);
  states.set(ROOM, NAME, named("unasked"));
  for (let n = 0; n < 100; n++) await states.get(`!${n}:test`, NAME);
  expect(asked).toBe(100);
  await states.get("!99:test", NAME);
  expect(asked).toBe(100);
  await states.get("!0:test", NAME);
  expect(asked).toBe(101);
  await states.get(ROOM, NAME);
  expect(asked).toBe(102);
});

test("a redaction of a setting has it asked for anew; one of anything else does not", async () => {
  let asked = 0;
  const states = createRoomStates(async (_room, type) => {
    asked++;
    return type === NAME
      ? named("Office")
      : type === "m.room.topic"
        ? null
        : { ...named("x"), eventId: null };
  });
  for (const type of [NAME, "m.room.topic", "m.room.create"]) await states.get(ROOM, type);
  states.redacted(ROOM, "$message");
  expect([states.get(ROOM, NAME), states.get(ROOM, "m.room.topic")]).toEqual([named("Office"), null]);
  expect(asked).toBe(3);
  // Of this one the homeserver did not say which event it is.
  await states.get(ROOM, "m.room.create");
  expect(asked).toBe(4);
  states.redacted(ROOM, "$Office");
  await states.get(ROOM, NAME);
  expect(asked).toBe(5);
});
