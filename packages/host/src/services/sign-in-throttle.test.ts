import { expect, test } from "vitest";
import { createSignInThrottle, type Line } from "./sign-in-throttle.ts";

const ADA: Line = { key: "name ada", free: 3 };
const HERE: Line = { key: "address here", free: 100 };

function setUp(maxKeys?: number) {
  const clock = { now: 1_000_000 };
  const throttle = createSignInThrottle(() => clock.now, maxKeys);
  /** Seconds to wait, or 0 where the try was let through (and failed). */
  const fail = (...lines: Line[]) => {
    try {
      throttle.begin(lines);
      return 0;
    } catch (error) {
      return (error as { data: { retryAfterSeconds: number } }).data.retryAfterSeconds;
    }
  };
  return { clock, throttle, fail };
}

test("after some that failed each one waits twice as long, up to a minute", () => {
  const { clock, fail } = setUp();
  for (let i = 0; i < 3; i++) expect(fail(ADA)).toBe(0);
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
    expect(fail(ADA)).toBe(seconds);
    clock.now += seconds * 1_000 - 1;
    expect(fail(ADA)).toBe(1);
    clock.now += 1;
    expect(fail(ADA)).toBe(0);
  }
});

test("trying while one has to wait makes nobody wait longer", () => {
  const { clock, fail } = setUp();
  for (let i = 0; i < 3; i++) fail(ADA);
  for (let i = 0; i < 1_000; i++) expect(fail(ADA)).toBe(1);
  clock.now += 1_000;
  expect(fail(ADA)).toBe(0);
});

test("a right one clears its name, and of its address only itself", () => {
  const { throttle, fail, clock } = setUp();
  const here = { ...HERE, free: 3 };
  for (let i = 0; i < 2; i++) fail(ADA, here);
  throttle.begin([ADA, here]).takeBack([ADA.key]);
  expect(fail(ADA, here)).toBe(0);
  expect(fail(ADA, here)).toBe(1);
  clock.now += 1_000;
  for (let i = 0; i < 2; i++) expect(fail(ADA)).toBe(0);
});

test("tries that run side by side count, too", () => {
  const { throttle, fail } = setUp();
  const running = [1, 2, 3].map(() => throttle.begin([ADA]));
  expect(fail(ADA)).toBe(1);
  for (const one of running) one.takeBack([ADA.key]);
  expect(fail(ADA)).toBe(0);
});

test("what failed an hour ago is forgotten", () => {
  const { clock, fail } = setUp();
  for (let i = 0; i < 3; i++) fail(ADA);
  clock.now += 60 * 60_000;
  for (let i = 0; i < 3; i++) expect(fail(ADA)).toBe(0);
});

test("however many names are tried, only so many are kept, and the last tried of them", () => {
  const { fail } = setUp(10);
  for (let i = 0; i < 3; i++) fail(ADA);
  for (let i = 0; i < 9; i++) fail({ key: `name ${i}`, free: 3 });
  expect(fail(ADA)).toBe(1);
  for (let i = 0; i < 1_000; i++) fail({ key: `name ${i}`, free: 3 });
  expect(fail(ADA)).toBe(0);
});
