import type { Autojoin } from "../store/accounts.ts";
import { matchesGlob } from "./glob.ts";

/**
 * Whether an account takes an invitation by itself. What it does not take waits for the operator.
 *
 * @param inviter unknown where the homeserver did not say who it is: then only who takes all takes it
 */
export function takesInvite({ policy, allow }: Autojoin, inviter: string | undefined): boolean {
  if (policy !== "allow-list") return policy === "always";
  if (inviter === undefined) return false;
  const server = inviter.slice(inviter.indexOf(":") + 1);
  return allow.some((glob) => matchesGlob(glob, glob.startsWith("@") ? inviter : server));
}
