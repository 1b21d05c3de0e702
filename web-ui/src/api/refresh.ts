import { useQueryClient } from "@tanstack/react-query";

type Resource =
  | "instances"
  | "plugins"
  | "accounts"
  | "account-encryption"
  | "notices"
  | "backups"
  | "sessions"
  | "tokens"
  | "users";

/**
 * Has these asked for again after a change. It does not wait for the answers: what comes next
 * (a message, another page) must not depend on the component that asked still being there.
 */
export function useRefresh(...resources: Resource[]): () => void {
  const client = useQueryClient();
  return () => {
    for (const resource of resources) void client.invalidateQueries({ queryKey: [resource] });
  };
}
