import { expect, test } from "vitest";
import { NOTHING, neededFor, newAccount } from "./new-account.ts";

const url = "https://matrix.example.org";
const values = {
  ...{ username: " bot ", password: " its password ", newPassword: "", registrationToken: " a-token " },
  ...{ sharedSecret: "secret ", accessToken: " syt_1 ", actsAs: "" },
};

test("each way sends what it needs and nothing of the others", () => {
  expect(newAccount(url, "password", values, "token")).toEqual({
    ...{ homeserverUrl: url, username: "bot", password: " its password " },
  });
  expect(newAccount(url, "register", values, "token")).toEqual({
    ...{ homeserverUrl: url, username: "bot", registrationToken: "a-token" },
  });
  expect(newAccount(url, "shared-secret", { ...values, newPassword: "p" }, "closed")).toEqual({
    ...{ homeserverUrl: url, username: "bot", sharedSecret: "secret", password: "p" },
  });
  expect(newAccount(url, "token", { ...values, actsAs: "slack_bot " }, "closed")).toEqual({
    ...{ homeserverUrl: url, accessToken: "syt_1", username: "slack_bot" },
  });
  expect(newAccount(url, "token", values, "closed")).toEqual({ homeserverUrl: url, accessToken: "syt_1" });
});

test("a homeserver that registers anybody asks for no token", () => {
  expect(neededFor("register", "open")).toEqual(["username"]);
  expect(neededFor("register", "token")).toEqual(["username", "registrationToken"]);
  expect(newAccount(url, "register", { ...NOTHING, username: "bot" }, "open")).toMatchObject({
    registrationToken: "none",
  });
});
