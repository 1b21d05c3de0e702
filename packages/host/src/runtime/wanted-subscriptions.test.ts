import { expect, test } from "vitest";
import { readSubscriptions } from "./wanted-subscriptions.ts";

const WANTED = {
  prefix: "!",
  commands: [{ name: "hello", usage: "!hello", description: "Say it" }],
  texts: ["instagram.com"],
  everyText: false,
  types: ["m.reaction"],
  schedules: [],
};

test("what a setup registered is taken as it is", () => {
  expect(readSubscriptions(WANTED)).toEqual(WANTED);
});

test.each([
  ["nothing", null],
  ["a pattern where a text is expected", { ...WANTED, texts: [/x/] }],
  ["more texts than may be", { ...WANTED, texts: Array(1_001).fill("a") }],
  ["a type that is no text", { ...WANTED, types: [5] }],
  ["no prefix", { ...WANTED, prefix: "" }],
  [
    "a description without end",
    { ...WANTED, commands: [{ name: "a", usage: "", description: "x".repeat(9_000) }] },
  ],
])("%s is refused", (_what, wanted) => {
  expect(() => readSubscriptions(wanted)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});
