import { expect, test } from "vitest";
import { actingIn } from "./acting-in.ts";

test("in a room act those of its account that may act everywhere, or there by name", () => {
  const instances = [
    { id: "everywhere", accountId: "bot", rooms: null },
    { id: "here", accountId: "bot", rooms: ["!a:test", "!here:test"] },
    { id: "elsewhere", accountId: "bot", rooms: ["!a:test"] },
    { id: "nowhere", accountId: "bot", rooms: [] },
    { id: "of-another", accountId: "other", rooms: null },
  ];
  expect(actingIn("!here:test", "bot", instances)).toEqual(["everywhere", "here"]);
});
