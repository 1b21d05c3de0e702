import { expect, test } from "vitest";
import { readRooms } from "./rooms-text.ts";

test("room IDs are read from lines, each once", () => {
  expect(readRooms("!a:example.org\n\n  !b:example.org, !a:example.org\n")).toEqual([
    ...["!a:example.org", "!b:example.org"],
  ]);
  expect(readRooms("")).toEqual([]);
});

test("an address of a room is no room ID", () => {
  expect(readRooms("!a:example.org #lobby:example.org")).toBeNull();
});
