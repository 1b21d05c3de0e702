import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import plugin from "../src/index.ts";

const answer = async (text: string) => (await (await createTestBot(plugin)).receive(text))[0]?.text;

test("calculates all factorials of a message, large ones about", async () => {
  assert.equal(await answer("What are 5! and 5!!, and 0!?"), "5! = 120\n5!! = 15\n0! = 1");
  assert.match((await answer("100!")) ?? "", /^100! ≈ 9\.3326\d × 10\^157$/);
  assert.equal(await answer("99999999999!"), "99999999999! is over 9000");
  assert.equal((await answer("1! ".repeat(11)))?.split("\n").at(-1), "…");
});

test("says nothing where there is none", async () => {
  assert.equal(await answer("Hello! I am 5."), undefined);
});
