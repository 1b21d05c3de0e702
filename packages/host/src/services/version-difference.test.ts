import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { expect, test } from "vitest";
import { versionDifference } from "./version-difference.ts";

const manifest = (more: Partial<Manifest>): Manifest => ({
  ...{ id: "org.example.test", version: "1.0.0", name: "Test", description: "", license: "MIT" },
  ...{ rookery: "*", main: "plugin.js" },
  ...more,
});
const withSettings = (properties: unknown, required: string[] = []) =>
  manifest({ configSchema: { type: "object", properties, required } });

test("a version's settings are told that are new, gone, or otherwise, each by its path and title", () => {
  const before = withSettings({
    place: { type: "string", title: "Place" },
    days: { type: "integer", default: 1 },
    feeds: { type: "object", title: "Feeds", properties: { every: { type: "integer", minimum: 1 } } },
    same: { type: "boolean" },
  });
  const after = withSettings({
    same: { type: "boolean" },
    days: { type: "integer", default: 2 },
    feeds: {
      type: "object",
      title: "Feeds",
      properties: { every: { type: "integer", minimum: 5 }, url: {} },
    },
    emoji: { type: "boolean", title: "With emoji" },
  });
  expect(versionDifference(before, after).settings).toEqual({
    added: [
      { path: "feeds.url", title: "feeds.url" },
      { path: "emoji", title: "With emoji" },
    ],
    removed: [{ path: "place", title: "Place" }],
    changed: [
      { path: "days", title: "days" },
      { path: "feeds.every", title: "feeds.every" },
    ],
  });
});

test("a setting that must be given from now on is another one", () => {
  const place = { place: { type: "string" } };
  expect(versionDifference(withSettings(place), withSettings(place, ["place"])).settings).toEqual({
    ...{ added: [], removed: [], changed: [{ path: "place", title: "place" }] },
  });
});

test("what it asks for besides, and what it asks for no more, are told part by part", () => {
  const before = manifest({ permissions: { network: ["a.example", "b.example"], programs: ["yt-dlp"] } });
  const after = manifest({ permissions: { network: ["b.example", "c.example"] } });
  expect(versionDifference(before, after).permissions).toEqual({
    added: [{ permission: "network", value: "c.example" }],
    removed: [
      { permission: "network", value: "a.example" },
      { permission: "programs", value: "yt-dlp" },
    ],
  });
});

test.each([
  ["none", {}],
  ["settings that are no object", { configSchema: { properties: null } }],
  ["a setting that is no schema", { configSchema: { properties: { a: null, b: true, c: 5, d: [] } } }],
  ["a list of needed ones that is none", { configSchema: { required: 5, properties: { a: {} } } }],
  [
    "names of an object's own",
    { configSchema: JSON.parse('{"properties":{"__proto__":{},"constructor":{}}}') },
  ],
])("a schema with %s differs from itself in nothing, and from another in what it has", (_what, more) => {
  const odd = manifest(more);
  const none = { settings: { added: [], removed: [], changed: [] }, permissions: { added: [], removed: [] } };
  expect(versionDifference(odd, structuredClone(odd))).toEqual(none);
  expect(versionDifference(odd, manifest({})).settings.added).toEqual([]);
});
