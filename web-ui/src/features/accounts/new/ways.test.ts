import type { Homeserver } from "@rookery/host/api";
import { expect, test } from "vitest";
import { waysOf } from "./ways.ts";

const homeserver = (more: Partial<Homeserver>): Homeserver => ({
  ...{ homeserverUrl: "https://matrix.example.org", versions: ["v1.11"] },
  ...{ logins: [], registration: "closed", sharedSecret: false },
  ...more,
});

test("what a homeserver offers comes first, an access token among the others", () => {
  const logins = ["m.login.sso", "m.login.token", "m.login.password"];
  expect(waysOf(homeserver({ logins, registration: "token" }))).toEqual({
    offered: ["password", "sso", "register"],
    others: ["shared-secret", "token"],
  });
});

test("a homeserver that offers nothing still takes what somebody has of it", () => {
  const { offered, others } = waysOf(homeserver({ registration: "other" }));
  expect(offered).toEqual([]);
  expect(others).toEqual(["password", "sso", "register", "shared-secret", "token"]);
});

test("who registers anybody registers a bot, too", () => {
  expect(waysOf(homeserver({ registration: "open", sharedSecret: true })).offered).toEqual([
    "register",
    "shared-secret",
  ]);
});
