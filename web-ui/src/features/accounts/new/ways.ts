import type { Homeserver } from "@rookery/host/api";

/** How an account comes to Rookery. */
export type Way = "password" | "sso" | "register" | "shared-secret" | "token";

const ALL: readonly Way[] = ["password", "sso", "register", "shared-secret", "token"];

/** The ways that a homeserver says that it offers, and the others, of which one may know better. */
export function waysOf(homeserver: Homeserver): { offered: Way[]; others: Way[] } {
  const { logins, registration, sharedSecret } = homeserver;
  const isOffered: Record<Way, boolean> = {
    password: logins.includes("m.login.password"),
    sso: logins.includes("m.login.sso"),
    register: registration === "token" || registration === "open",
    "shared-secret": sharedSecret,
    // No homeserver says so, and all take one.
    token: false,
  };
  return { offered: ALL.filter((way) => isOffered[way]), others: ALL.filter((way) => !isOffered[way]) };
}
