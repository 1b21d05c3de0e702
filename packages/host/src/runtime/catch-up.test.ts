import { expect, test } from "vitest";
import { catchUpMs, pluginCatchUpSeconds } from "./catch-up.ts";

const plugin = (catchUpSeconds?: number) =>
  ({ manifest: catchUpSeconds === undefined ? {} : { catchUpSeconds } }) as Parameters<typeof catchUpMs>[1];
const instance = (catchUpSeconds: number | null) => ({ catchUpSeconds }) as Parameters<typeof catchUpMs>[0];

test("the catch-up age is the instance's, else its plugin's, else an hour", () => {
  expect(catchUpMs(instance(null), plugin())).toBe(3_600_000);
  expect(catchUpMs(instance(null), plugin(60))).toBe(60_000);
  expect(catchUpMs(instance(0), plugin(60))).toBe(0);
  expect([pluginCatchUpSeconds(plugin()), pluginCatchUpSeconds(plugin(0))]).toEqual([3_600, 0]);
});
