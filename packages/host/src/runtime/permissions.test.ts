import { expect, test } from "vitest";
import { allOf, describePermissions, effectivePermissions, missingPermissions } from "./permissions.ts";

const asked = {
  network: ["a.example", "*.b.example"],
  programs: ["yt-dlp"],
  webhooks: true as const,
  rooms: ["create" as const, "state" as const],
  impersonate: ["slack_*"],
};

test("what is asked for and not granted is missing, without empty lists", () => {
  expect(missingPermissions(asked, {})).toEqual(asked);
  expect(
    missingPermissions(asked, {
      ...{ network: ["a.example"], programs: ["yt-dlp"], webhooks: true, rooms: ["state"] },
    }),
  ).toEqual({ network: ["*.b.example"], rooms: ["create"], impersonate: ["slack_*"] });
  expect(missingPermissions(asked, asked)).toEqual({});
  expect(missingPermissions(undefined, {})).toEqual({});
});

test("a grant gives nothing that was not asked for", () => {
  const granted = {
    ...{ network: ["a.example", "evil.example"], programs: ["bash"], webhooks: true as const },
    rooms: ["moderate" as const],
    impersonate: ["irc_*", "slack_ada"],
  };
  expect(effectivePermissions(asked, granted)).toEqual({ network: ["a.example"], webhooks: true });
  expect(effectivePermissions({ network: ["a.example"] }, granted)).toEqual({ network: ["a.example"] });
  expect(effectivePermissions(undefined, granted)).toEqual({});
});

test("a wider or narrower host than the one asked for is another one", () => {
  const granted = { network: ["*.a.example", "c.b.example", "*.b.example:8443"] };
  expect(effectivePermissions(asked, granted)).toEqual({});
});

test("where nothing is granted, nothing is there", () => {
  expect(allOf()).toEqual({ network: [], programs: [], webhooks: false, rooms: [], impersonate: [] });
  expect(allOf(asked)).toEqual(asked);
});

test("each part is said in words", () => {
  expect(describePermissions(asked)).toBe(
    "to connect to a.example; to connect to every host below b.example; to run the program yt-dlp; " +
      "to be called from outside by webhooks; to create rooms; " +
      "to read and change the settings of rooms, and see who is in them; " +
      "to act as the users slack_* of its homeserver",
  );
});
