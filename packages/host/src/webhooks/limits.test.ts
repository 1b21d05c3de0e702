import { expect, test } from "vitest";
import { createLimits } from "./limits.ts";

function setUp(perSecond: number) {
  let time = 0;
  const limits = createLimits(perSecond, () => time);
  /** Requests one after the other: how many may go on. */
  const through = (instanceId: string, count: number) => {
    let passed = 0;
    for (let n = 0; n < count; n++) {
      if (limits.enter(instanceId) !== null) continue;
      passed++;
      limits.leave(instanceId);
    }
    return passed;
  };
  return {
    limits,
    through,
    wait(ms: number) {
      time += ms;
    },
  };
}

test("some seconds' worth may come at once, then so many a second", () => {
  const { through, wait } = setUp(20);
  expect(through("a", 100)).toBe(60);
  wait(500);
  expect(through("a", 100)).toBe(10);
  wait(60 * 60_000);
  expect(through("a", 100)).toBe(60);
});

test("what one instance is asked takes nothing from another", () => {
  const { through } = setUp(20);
  through("a", 100);
  expect(through("b", 100)).toBe(60);
});

test("so many run at once for an instance, and for all", () => {
  const { limits } = setUp(1_000);
  for (const id of ["a", "b", "c", "d"]) {
    for (let n = 0; n < 16; n++) expect(limits.enter(id)).toBeNull();
    expect(limits.enter(id)).toBe("too-many");
  }
  expect(limits.enter("e")).toBe("too-many");
  limits.leave("a");
  expect(limits.enter("e")).toBeNull();
});
