import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("work under one key goes one after another, under two side by side, and a failure stops nobody", async () => {
  const turns = createTurns();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take("a", async () => {
    await gate.promise;
    done.push("a1");
    throw new Error("no");
  });
  const second = turns.take("a", async () => void done.push("a2"));
  await turns.take("b", async () => void done.push("b"));
  expect(done).toEqual(["b"]);
  gate.resolve();
  await expect(first).rejects.toThrow("no");
  await second;
  await turns.idle();
  expect(done).toEqual(["b", "a1", "a2"]);
});
