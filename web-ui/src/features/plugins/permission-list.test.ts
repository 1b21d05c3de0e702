import { expect, test } from "vitest";
import { permissionList, wantedMore, withGrant, withWaiting } from "./permission-list.ts";

const requested = {
  network: ["*.cdn.example", "api.example"],
  programs: ["yt-dlp"],
  webhooks: true as const,
};

test("what a plugin asks for reads as sentences, granted or not", () => {
  const list = permissionList({ requested, granted: { network: ["api.example"] } });
  expect(list.map(({ sentence, granted }) => [sentence, granted])).toEqual([
    ["Fetch from every host below cdn.example", false],
    ["Fetch from api.example", true],
    ["Run the program yt-dlp", false],
    ["Be called from outside by webhooks", false],
  ]);
});

test("a grant is given and taken back without touching the others", () => {
  const [glob, , program, webhooks] = permissionList({ requested, granted: {} });
  if (!glob || !program || !webhooks) throw new Error("the list is too short");
  const given = withGrant({ network: ["api.example"] }, program, true);
  expect(given).toEqual({ network: ["api.example"], programs: ["yt-dlp"] });
  expect(withGrant(given, program, true)).toEqual(given);
  expect(withGrant(given, program, false)).toEqual({ network: ["api.example"] });
  const called = withGrant(given, webhooks, true);
  expect(called).toEqual({ ...given, webhooks: true });
  expect(withGrant(called, webhooks, false)).toEqual(given);
  expect(withGrant(given, glob, true).network).toEqual(["api.example", "*.cdn.example"]);
});

test("what a version that waits wants more is told, and granted on top of what was", () => {
  const missing = { network: ["new.example"] };
  const waiting = {
    version: "2.0.0",
    sha256: "00",
    size: 1,
    requested: { ...requested, ...missing },
    missing,
  };
  expect(wantedMore({ waiting }).map(({ sentence }) => sentence)).toEqual(["Fetch from new.example"]);
  expect(withWaiting({ waiting, granted: { network: ["api.example"] } })).toEqual({
    network: ["api.example", "new.example"],
  });
  expect(wantedMore({ waiting: null })).toEqual([]);
});
