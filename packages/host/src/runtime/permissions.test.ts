import { expect, test } from "vitest";
import { effectivePermissions, missingPermissions } from "./permissions.ts";

const asked = { network: ["a.example", "*.b.example"], programs: ["yt-dlp"], webhooks: true as const };

test("what is asked for and not granted is missing, without empty lists", () => {
  expect(missingPermissions(asked, {})).toEqual(asked);
  expect(missingPermissions(asked, { network: ["a.example"], programs: ["yt-dlp"], webhooks: true })).toEqual(
    { network: ["*.b.example"] },
  );
  expect(missingPermissions(asked, asked)).toEqual({});
  expect(missingPermissions(undefined, {})).toEqual({});
});

test("a grant gives nothing that was not asked for", () => {
  const granted = { network: ["a.example", "evil.example"], programs: ["bash"] };
  const none = { network: [], programs: [], webhooks: false };
  expect(effectivePermissions(asked, granted)).toEqual({ ...none, network: ["a.example"] });
  expect(effectivePermissions(undefined, { ...granted, webhooks: true })).toEqual(none);
  expect(effectivePermissions(asked, { webhooks: true })).toEqual({ ...none, webhooks: true });
});

test("a wider or narrower host than the one asked for is another one", () => {
  const { network } = effectivePermissions(asked, {
    network: ["*.a.example", "c.b.example", "*.b.example:8443"],
  });
  expect(network).toEqual([]);
});
