import { expect, test } from "vitest";
import { refusalOf } from "./refusal.ts";

const [bundle, picture] = [{ name: "weather.mbp" }, { name: "holiday.jpg" }];

test("one bundle is taken, from who may install it", () => {
  expect(refusalOf([bundle], "deployer")).toBeNull();
  expect(refusalOf([bundle], "admin")).toBeNull();
  expect(refusalOf([bundle], "viewer")).toBe(
    "To install a plugin needs the role deployer. Ask somebody who has it.",
  );
});

test("several at once, and what is none, are refused in words before they are sent", () => {
  expect(refusalOf([bundle, bundle], "admin")).toBe("One bundle at a time, please.");
  expect(refusalOf([picture], "admin")).toBe("holiday.jpg is not a bundle: its name should end in .mbp.");
});
