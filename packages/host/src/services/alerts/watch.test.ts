import { expect, test } from "vitest";
import type { ConditionSource } from "./condition.ts";
import { type Alert, createAlertWatch } from "./watch.ts";

const MINUTE = 60_000;

/** A watch over what a test says is wrong, by a clock of the test's. */
function setUp({ holdMs = 0, clearMs = 0, told = [] as Alert[] } = {}) {
  let at = 0;
  let wrong: string[] = [];
  const failures: unknown[] = [];
  const source: ConditionSource = {
    ...{ name: "test", holdMs, clearMs },
    look: () => wrong.map((name) => ({ key: `test:${name}`, problem: `${name} is wrong.` })),
  };
  const broken: ConditionSource = {
    ...{ name: "broken", holdMs: 0, clearMs: 0 },
    look() {
      throw new Error("it cannot look");
    },
  };
  const watch = createAlertWatch(
    [broken, source],
    told,
    () => at,
    (name, error) => failures.push([name, error]),
  );
  return {
    watch,
    failures,
    /** What a look tells, when so much time has gone by and this is wrong. */
    after(ms: number, ...now: string[]) {
      at += ms;
      wrong = now;
      const { raised, cleared } = watch.look();
      return [...raised.map(({ key }) => `+${key}`), ...cleared.map(({ key }) => `-${key}`)];
    },
  };
}

test("what is wrong is told once, and that it is over once", () => {
  const { after, watch } = setUp();
  expect(after(0, "a")).toEqual(["+test:a"]);
  expect(after(MINUTE, "a", "b")).toEqual(["+test:b"]);
  expect(watch.told().map(({ key, since }) => [key, since])).toEqual([
    ["test:a", 0],
    ["test:b", MINUTE],
  ]);
  expect(after(MINUTE, "b")).toEqual(["-test:a"]);
  expect(after(MINUTE)).toEqual(["-test:b"]);
  expect(after(MINUTE)).toEqual([]);
});

test("what is gone again before its time is never told", () => {
  const { after } = setUp({ holdMs: 5 * MINUTE });
  expect(after(0, "a")).toEqual([]);
  expect(after(4 * MINUTE, "a")).toEqual([]);
  expect(after(MINUTE / 2)).toEqual([]);
  expect(after(MINUTE / 2, "a")).toEqual([]);
  expect(after(4 * MINUTE, "a")).toEqual([]);
  expect(after(MINUTE, "a")).toEqual(["+test:a"]);
});

test("what comes and goes is told once, and is over when it stays away", () => {
  const { after } = setUp({ clearMs: 2 * MINUTE });
  expect(after(0, "a")).toEqual(["+test:a"]);
  for (let round = 0; round < 5; round++) {
    expect(after(MINUTE)).toEqual([]);
    expect(after(MINUTE / 2, "a")).toEqual([]);
  }
  expect(after(MINUTE)).toEqual([]);
  expect(after(2 * MINUTE)).toEqual(["-test:a"]);
});

test("what an earlier run told is not told again, and its end is", () => {
  const told = [{ key: "test:a", problem: "a is wrong.", since: -MINUTE }];
  const { after } = setUp({ told });
  expect(after(0, "a")).toEqual([]);
  expect(after(MINUTE)).toEqual(["-test:a"]);
});

test("a source that cannot look holds up no other one, and ends nothing that it told", () => {
  const told = [{ key: "broken:x", problem: "x.", since: 0 }];
  const { after, failures, watch } = setUp({ told });
  expect(after(0, "a")).toEqual(["+test:a"]);
  expect(failures).toEqual([["broken", new Error("it cannot look")]]);
  expect(watch.told().map(({ key }) => key)).toContain("broken:x");
});
