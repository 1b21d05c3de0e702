import { expect, test } from "vitest";
import { isGiven, isUndecided, permissionsOf, withPart, withWaiting } from "./permission-list.ts";

const network = (value: string) => ({ permission: "network", value });
const program = { permission: "programs", value: "yt-dlp" };
const webhooks = { permission: "webhooks", value: null };

test("a part is put to permissions and taken out without touching the others", () => {
  const given = withPart({ network: ["api.example"] }, program, true);
  expect(given).toEqual({ network: ["api.example"], programs: ["yt-dlp"] });
  expect(withPart(given, program, true)).toEqual(given);
  expect(withPart(given, program, false)).toEqual({ network: ["api.example"] });
  expect(withPart(given, network("*.cdn.example"), true).network).toEqual(["api.example", "*.cdn.example"]);
});

test("a permission without parts is put and taken out as a whole", () => {
  const given = withPart({ network: ["api.example"] }, webhooks, true);
  expect(given).toEqual({ network: ["api.example"], webhooks: true });
  expect(withPart(given, webhooks, false)).toEqual({ network: ["api.example"] });
});

test("parts are the permissions that have them", () => {
  expect(permissionsOf([network("a.example"), webhooks, network("b.example")])).toEqual({
    ...{ network: ["a.example", "b.example"], webhooks: true },
  });
});

test("what a version that waits wants more is granted on top of what was", () => {
  const part = { ...network("new.example"), words: "", risk: "", granted: false, refused: false, used: null };
  const waiting = {
    ...{ version: "2.0.0", sha256: "00", size: 1, requested: {}, missing: { network: ["new.example"] } },
    signature: { state: "unsigned" as const, keyName: null, publicKey: null, fingerprint: null },
    newSigner: false,
    permissions: [part],
    difference: {
      settings: { added: [], removed: [], changed: [] },
      permissions: { added: [part.words], removed: [] },
    },
  };
  expect(withWaiting({ waiting, granted: { network: ["api.example"] } })).toEqual({
    network: ["api.example", "new.example"],
  });
});

test("what is neither granted nor refused is undecided; what is withheld from an instance is not given to it", () => {
  expect(isUndecided({ granted: false, refused: false })).toBe(true);
  expect(isUndecided({ granted: false, refused: true })).toBe(false);
  expect(isGiven({ granted: true, withheld: false })).toBe(true);
  expect(isGiven({ granted: true, withheld: true })).toBe(false);
});
