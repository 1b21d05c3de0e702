import type { Role } from "@rookery/host/api";

const ALL: readonly Role[] = ["viewer", "deployer", "admin"];

/** The roles that somebody of this role may hand on, the least first. */
export function rolesUpTo(role: Role): readonly Role[] {
  return ALL.slice(0, ALL.indexOf(role) + 1);
}
