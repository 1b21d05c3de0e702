import type { Plugin, PluginPermission } from "@rookery/host/api";
import type { Permissions } from "../../api/plugins.ts";

/** The part of a permission that is granted by itself; `null` where there are no parts. */
type Part = Pick<PluginPermission, "permission" | "value">;

/** The sentence that asks for a permission, or says that it is granted. */
export const sentence = ({ words, granted }: Pick<PluginPermission, "words" | "granted">) =>
  `${granted ? "May" : "Wants to"} ${words}`;

/** The grants with which the version that waits goes on; what was granted before stays. */
export function withWaiting({ waiting, granted }: Pick<Plugin, "waiting" | "granted">): Permissions {
  return (waiting?.permissions ?? []).reduce((grants, part) => withGrant(grants, part, true), granted);
}

/** The grants after a part was given or taken back; empty lists are left out. */
export function withGrant(granted: Permissions, { permission, value }: Part, give: boolean): Permissions {
  const { [permission]: before, ...rest } = granted as Record<string, true | string[] | undefined>;
  if (value === null) return give ? { ...rest, [permission]: true } : rest;
  const others = (Array.isArray(before) ? before : []).filter((other) => other !== value);
  const values = give ? [...others, value] : others;
  return (values.length > 0 ? { ...rest, [permission]: values } : rest) as Permissions;
}
