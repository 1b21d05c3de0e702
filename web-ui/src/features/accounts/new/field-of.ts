import type { Values } from "./new-account.ts";
import type { Way } from "./ways.ts";

/** Which field a refusal is about, where it is about one: what the homeserver said is in its words. */
export function fieldOf(
  { code, detail }: { code: string; detail: string },
  way: Way,
): keyof Values | undefined {
  if (code === "LOGIN_FAILED") {
    if (way === "password") return "password";
    return way === "token" ? "accessToken" : undefined;
  }
  if (code !== "REGISTRATION_FAILED") return undefined;
  if (/\(M_(USER_IN_USE|INVALID_USERNAME|EXCLUSIVE)\)/.test(detail)) return "username";
  if (/\(M_(WEAK_PASSWORD|PASSWORD_\w+)\)/.test(detail)) return "newPassword";
  if (way === "register" && detail.includes("did not take the registration token"))
    return "registrationToken";
  return way === "shared-secret" && /HMAC|M_FORBIDDEN/.test(detail) ? "sharedSecret" : undefined;
}
