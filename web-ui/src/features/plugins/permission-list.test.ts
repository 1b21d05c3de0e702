import { expect, test } from "vitest";
import { sentence, withGrant, withWaiting } from "./permission-list.ts";

const network = (value: string) => ({ permission: "network", value });
const words = { words: "connect to new.example", risk: "" };

test("what a plugin asks for reads as a sentence, granted or not", () => {
  expect(sentence({ ...words, granted: true })).toBe("May connect to new.example");
  expect(sentence({ ...words, granted: false })).toBe("Wants to connect to new.example");
});

test("a grant is given and taken back without touching the others", () => {
  const program = { permission: "programs", value: "yt-dlp" };
  const given = withGrant({ network: ["api.example"] }, program, true);
  expect(given).toEqual({ network: ["api.example"], programs: ["yt-dlp"] });
  expect(withGrant(given, program, true)).toEqual(given);
  expect(withGrant(given, program, false)).toEqual({ network: ["api.example"] });
  expect(withGrant(given, network("*.cdn.example"), true).network).toEqual(["api.example", "*.cdn.example"]);
});

test("a permission without parts is given and taken back as a whole", () => {
  const webhooks = { permission: "webhooks", value: null };
  const given = withGrant({ network: ["api.example"] }, webhooks, true);
  expect(given).toEqual({ network: ["api.example"], webhooks: true });
  expect(withGrant(given, webhooks, false)).toEqual({ network: ["api.example"] });
});

test("what a version that waits wants more is granted on top of what was", () => {
  const waiting = {
    ...{ version: "2.0.0", sha256: "00", size: 1, requested: {}, missing: { network: ["new.example"] } },
    permissions: [{ ...network("new.example"), ...words, granted: false, refused: false, used: null }],
  };
  expect(withWaiting({ waiting, granted: { network: ["api.example"] } })).toEqual({
    network: ["api.example", "new.example"],
  });
});
