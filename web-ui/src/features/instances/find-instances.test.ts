import type { Account, Instance, Plugin } from "@rookery/host/api";
import { expect, test } from "vitest";
import { findInstances } from "./find-instances.ts";

const instance = (id: string, status: Instance["status"], pluginId: string) =>
  ({ id, status, pluginId, accountId: "1" }) as Instance;
const instances = [
  instance("weather-vienna", "running", "org.example.weather"),
  instance("feeds", "crashed", "org.example.feeds"),
  instance("weather-oslo", "crashed", "org.example.weather"),
];
const known = {
  plugins: [{ id: "org.example.feeds", name: "News" }] as Plugin[],
  accounts: [{ id: "1", userId: "@rook:example.org" }] as Account[],
};
const find = (words: string) => findInstances(instances, words, known).map(({ id }) => id);

test("without a word all are there, by their names", () => {
  expect(find("")).toEqual(["feeds", "weather-oslo", "weather-vienna"]);
});

test("every word counts: of the name, the status, the plugin and the account", () => {
  expect(find("Weather")).toEqual(["weather-oslo", "weather-vienna"]);
  expect(find("weather crashed")).toEqual(["weather-oslo"]);
  expect(find("news")).toEqual(["feeds"]);
  expect(find("@rook:example.org")).toHaveLength(3);
  expect(find("nothing")).toEqual([]);
});
