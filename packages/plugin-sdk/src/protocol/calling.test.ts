import { expect, test } from "vitest";
import { createCaller } from "./calling.ts";

const called = createCaller({
  ...{
    prefix: "!",
    roomPrefixes: { "!other:test": "r." },
    names: ["@rook:test", "rook", "Rook the Bot", ""],
  },
});

test.each([
  ["!hello there", "hello there"],
  ["! hello", " hello"],
  ["rook: hello there", "hello there"],
  ["Rook, hello", "hello"],
  ["ROOK:hello", "hello"],
  ["rook: !hello", "hello"],
  ["Rook the bot: hello", "hello"],
  ["@rook:test: hello", "hello"],
  ["rook hello", null],
  ["rooks: hello", null],
  ["r.hello", null],
  [": hello", null],
  ["hello", null],
  ["", null],
])("%s calls %s", (text, rest) => {
  expect(called(text, "!room:test")).toBe(rest);
});

test("a room with a prefix of its own has that one, and the names", () => {
  expect(called("r.hello", "!other:test")).toBe("hello");
  const letter = createCaller({ prefix: "r", roomPrefixes: {}, names: ["rook"] });
  expect([letter("rook: hello", "!a:test"), letter("rook", "!a:test")]).toEqual(["hello", "ook"]);
  expect(called("rook: r.hello", "!other:test")).toBe("hello");
  expect(called("!hello", "!other:test")).toBe(null);
  // A room that is called as something of JavaScript's has none.
  expect(called("!hello", "constructor")).toBe("hello");
});
