import { useQuery } from "@tanstack/react-query";
import { accountsQuery } from "../../../api/accounts.ts";
import { useChat } from "../chat-context.tsx";

/** The user IDs of this host's accounts on the playground's homeserver. */
export function useBots(): string[] {
  const { playground, me } = useChat();
  const accounts = useQuery(accountsQuery).data ?? [];
  return accounts
    .map((account) => account.userId)
    .filter((userId) => userId !== me && userId.endsWith(`:${playground.serverName}`));
}
