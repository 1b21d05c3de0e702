import type { Account } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { invitesQuery } from "../../api/accounts.ts";

/**
 * Whether invitations may wait for an answer. Who is online and takes all has none, and whose homeserver does not
 * answer cannot be asked; to ask costs the homeserver a first sync.
 */
export function mayHaveInvites({ autojoin, enabled, status }: Account): boolean {
  if (status === "blocked" || status === "unreachable") return false;
  return autojoin.policy !== "always" || !enabled;
}

/** How many invitations wait for an answer; 0 until that is known. */
export function usePendingInvites(account: Account | undefined): number {
  const isAsked = account !== undefined && mayHaveInvites(account);
  const { data } = useQuery({ ...invitesQuery(account?.id ?? ""), enabled: isAsked });
  return isAsked ? (data?.length ?? 0) : 0;
}
