import fc from "fast-check";
import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

test("a burst goes at once, then one after the other, and a rest earns a new burst", () => {
  let time = 0;
  const pace = createPace(10, 3, () => time);
  expect([pace.take(), pace.take(), pace.take()]).toEqual([0, 0, 0]);
  expect(pace.wait()).toBe(100);
  expect([pace.take(), pace.take()]).toEqual([100, 200]);
  time = 100_000;
  expect(pace.wait()).toBe(0);
  expect([pace.take(3), pace.take()]).toEqual([0, 100]);
});

test("whatever comes when, no span of time sees more than its share and one burst", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 200 }), (pauses) => {
      let time = 0;
      const pace = createPace(20, 5, () => time);
      const due = pauses.map((pause) => {
        time += pause;
        return time + pace.take();
      });
      for (const [first, from] of due.entries()) {
        for (let last = first; last < due.length; last++) {
          const span = (due[last] ?? 0) - from;
          expect(last - first + 1).toBeLessThanOrEqual(5 + (span / 1000) * 20 + 1e-6);
        }
      }
    }),
  );
});
