import { expect, test } from "vitest";
import { effectivePermissions, missingPermissions } from "./permissions.ts";

const asked = { network: ["a.example", "*.b.example"], programs: ["yt-dlp"] };

test("what is asked for and not granted is missing, without empty lists", () => {
  expect(missingPermissions(asked, {})).toEqual(asked);
  expect(missingPermissions(asked, { network: ["a.example"], programs: ["yt-dlp"] })).toEqual({
    network: ["*.b.example"],
  });
  expect(missingPermissions(asked, asked)).toEqual({});
  expect(missingPermissions(undefined, {})).toEqual({});
});

test("a grant gives nothing that was not asked for", () => {
  const granted = { network: ["a.example", "evil.example"], programs: ["bash"] };
  expect(effectivePermissions(asked, granted)).toEqual({ network: ["a.example"], programs: [] });
  expect(effectivePermissions(undefined, granted)).toEqual({ network: [], programs: [] });
});

test("a wider or narrower host than the one asked for is another one", () => {
  const { network } = effectivePermissions(asked, {
    network: ["*.a.example", "c.b.example", "*.b.example:8443"],
  });
  expect(network).toEqual([]);
});
