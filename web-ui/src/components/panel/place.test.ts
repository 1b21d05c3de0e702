import { expect, test } from "vitest";
import { place } from "./place.ts";

const screen = { width: 400, height: 600 };
const panel = { width: 200, height: 100 };
const trigger = (left: number, top: number) => ({ left, top, right: left + 40, bottom: top + 20 });

test("a panel opens below what opened it, from its left edge", () => {
  expect(place(trigger(50, 100), panel, screen)).toEqual({ left: 50, top: 124 });
});

test("without room below it opens above, without room at the right to the left", () => {
  expect(place(trigger(50, 560), panel, screen)).toEqual({ left: 50, top: 456 });
  expect(place(trigger(340, 100), panel, screen)).toEqual({ left: 180, top: 124 });
});

test("it never leaves the screen, however small that is", () => {
  expect(place(trigger(100, 40), { width: 390, height: 590 }, screen)).toEqual({ left: 8, top: 8 });
});
