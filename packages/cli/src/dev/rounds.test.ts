import { expect, it } from "vitest";
import { createRounds } from "./rounds.ts";

it("however often something is saved during a round, one round follows it, told of the first of them", async () => {
  const begun: number[] = [];
  let end: () => void = () => undefined;
  const rounds = createRounds((since) => {
    begun.push(since);
    return new Promise((resolve) => {
      end = resolve;
    });
  });

  rounds.again(1);
  for (const since of [2, 3, 4]) rounds.again(since);
  expect(begun).toEqual([1]);

  end();
  await Promise.resolve().then(() => undefined);
  expect(begun).toEqual([1, 2]);

  end();
  await rounds.idle();
  expect(begun).toEqual([1, 2]);

  rounds.again(5);
  expect(begun).toEqual([1, 2, 5]);
  end();
  await rounds.idle();
});
