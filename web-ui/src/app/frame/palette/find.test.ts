import { expect, test } from "vitest";
import { find } from "./find.ts";

const entry = (label: string, kind = "Instance", also?: string) => ({
  ...{ to: `/${label}`, label, kind },
  ...(also === undefined ? {} : { also }),
});
const entries = [
  entry("weather-logs"),
  entry("instagram", "Instance", "org.rookery.instagram"),
  entry("log-keeper"),
  entry("catalogue", "Plugin"),
];
const labels = (typed: string) => find(entries, typed).map(({ label }) => label);

test("what begins so is nearer than what has a word that does, and that than what only has it", () => {
  expect(labels("log")).toEqual(["log-keeper", "weather-logs", "catalogue"]);
});

test("every word counts, whatever its case, also what a thing is and is otherwise called", () => {
  expect(labels("plugin CAT")).toEqual(["catalogue"]);
  expect(labels("rookery")).toEqual(["instagram"]);
  expect(labels("log zebra")).toEqual([]);
});

test("all are there in their order where nothing is typed, and never more than can be looked over", () => {
  expect(labels(" ")).toEqual(entries.map(({ label }) => label));
  const many = Array.from({ length: 500 }, (_, index) => entry(`bot-${index}`));
  expect(find(many, "bot")).toHaveLength(20);
});
