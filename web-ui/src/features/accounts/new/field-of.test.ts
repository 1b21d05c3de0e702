import { expect, test } from "vitest";
import { fieldOf } from "./field-of.ts";

const refused = (code: string, detail = "") => ({ code, detail });
const said = (errcode: string) =>
  refused("REGISTRATION_FAILED", `https://a.test did not register bot: No (${errcode}).`);

test("a login that is refused is told at what it was tried with", () => {
  expect(fieldOf(refused("LOGIN_FAILED"), "password")).toBe("password");
  expect(fieldOf(refused("LOGIN_FAILED"), "token")).toBe("accessToken");
});

test("a registration that is refused is told at the field that the homeserver means", () => {
  expect(fieldOf(said("M_USER_IN_USE"), "register")).toBe("username");
  expect(fieldOf(said("M_INVALID_USERNAME"), "shared-secret")).toBe("username");
  expect(fieldOf(said("M_WEAK_PASSWORD"), "register")).toBe("newPassword");
  const token = "https://a.test did not take the registration token: Invalid. It may be mistyped.";
  expect(fieldOf(refused("REGISTRATION_FAILED", token), "register")).toBe("registrationToken");
  const mac = "https://a.test did not register bot: HMAC incorrect (M_UNKNOWN).";
  expect(fieldOf(refused("REGISTRATION_FAILED", mac), "shared-secret")).toBe("sharedSecret");
});

test("what is about no field stands by itself", () => {
  expect(fieldOf(refused("HOMESERVER_UNREACHABLE"), "password")).toBeUndefined();
  expect(fieldOf(said("M_LIMIT_EXCEEDED"), "register")).toBeUndefined();
});
