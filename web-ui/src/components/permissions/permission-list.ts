import type { InstancePermission, Plugin, PluginPermission } from "@rookery/host/api";
import type { Permissions } from "../../api/plugins.ts";

/** The part of a permission that is granted by itself; `null` where there are no parts. */
type Part = Pick<PluginPermission, "permission" | "value">;

/** Whether the operator has still to say yes or no. */
export const isUndecided = ({ granted, refused }: Pick<PluginPermission, "granted" | "refused">) =>
  !granted && !refused;

/** Whether an instance gets it. */
export const isGiven = ({ granted, withheld }: Pick<InstancePermission, "granted" | "withheld">) =>
  granted && !withheld;

/** These parts, and no others. */
export function permissionsOf(parts: readonly Part[]): Permissions {
  return parts.reduce<Permissions>((all, part) => withPart(all, part, true), {});
}

/** The grants with which the version that waits goes on; what was granted before stays. */
export function withWaiting({ waiting, granted }: Pick<Plugin, "waiting" | "granted">): Permissions {
  return (waiting?.permissions ?? []).reduce((grants, part) => withPart(grants, part, true), granted);
}

/** Permissions after a part was put to them or taken out; empty lists are left out. */
export function withPart(before: Permissions, { permission, value }: Part, there: boolean): Permissions {
  const { [permission]: given, ...rest } = before as Record<string, true | string[] | undefined>;
  if (value === null) return there ? { ...rest, [permission]: true } : rest;
  const others = (Array.isArray(given) ? given : []).filter((other) => other !== value);
  const values = there ? [...others, value] : others;
  return (values.length > 0 ? { ...rest, [permission]: values } : rest) as Permissions;
}
