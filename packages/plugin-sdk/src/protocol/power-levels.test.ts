import { expect, test } from "vitest";
import { powerOf } from "./power-levels.ts";

const levels = (content: Record<string, unknown>) => ({ content: content as never, sender: null });
const create = (content: Record<string, unknown>, sender: string | null = "@founder:test") => ({
  content: content as never,
  sender,
});
const levelOf = (user: string, ...rest: [Parameters<typeof powerOf>[1], Parameters<typeof powerOf>[2]]) =>
  powerOf(user, ...rest).powerLevel;

test.each([
  ["a user's own level", { users: { "@ada:test": 50 }, users_default: 10 }, 50],
  ["the level of everybody else", { users: {}, users_default: 10 }, 10],
  ["none without any", {}, 0],
  ["an old room's, which is a text", { users: { "@ada:test": "50" } }, 50],
  ["the default where it is none", { users: { "@ada:test": "many" }, users_default: 5 }, 5],
  ["no inherited property", { users: { __proto__: { "@ada:test": 100 } } }, 0],
  ["nothing of users that are no object", { users: null }, 0],
])("a level is %s", (_what, content, expected) => {
  expect(levelOf("@ada:test", levels(content), null)).toBe(expected);
});

test("who may do what follows the room's thresholds, and Matrix's own where it has none", () => {
  const may = (powerLevel: number, content: object = {}) =>
    powerOf("@ada:test", levels({ users: { "@ada:test": powerLevel }, ...content }), null).may;
  const none = { invite: true, kick: false, ban: false, redact: false, setState: false, notifyRoom: false };
  expect(may(0)).toEqual(none);
  expect(may(49)).toEqual(none);
  expect(may(50)).toEqual({
    ...{ invite: true, kick: true, ban: true, redact: true, setState: true, notifyRoom: true },
  });
  const own = { invite: 10, kick: 20, ban: 30, redact: 5, state_default: 5, notifications: { room: 0 } };
  expect(may(9, own)).toEqual({
    ...{ invite: false, kick: false, ban: false, redact: true, setState: true, notifyRoom: true },
  });
});

test("without levels the creator has the power, and everybody sets state", () => {
  expect(levelOf("@founder:test", null, create({}))).toBe(100);
  expect(levelOf("@old:test", null, create({ creator: "@old:test" }, null))).toBe(100);
  expect(levelOf("@ada:test", null, create({}))).toBe(0);
  expect(powerOf("@ada:test", null, create({})).may.setState).toBe(true);
});

test("from version 12 on, creators stand above all levels; before, they are users like others", () => {
  const all = levels({ users: {} });
  for (const version of ["1", "10", "11"]) {
    expect(levelOf("@founder:test", all, create({ room_version: version })), version).toBe(0);
  }
  for (const version of ["12", "13", "org.example"]) {
    const made = create({ room_version: version, additional_creators: ["@second:test"] });
    for (const user of ["@founder:test", "@second:test"]) {
      expect(levelOf(user, all, made), version).toBe(Number.MAX_SAFE_INTEGER);
    }
    expect(levelOf("@ada:test", all, made), version).toBe(0);
  }
});
