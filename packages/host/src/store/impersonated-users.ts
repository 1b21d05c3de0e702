import type { Db } from "./database.ts";

export type ImpersonatedUserStore = ReturnType<typeof createImpersonatedUserStore>;

/**
 * Whom the host's accounts acted as, each user from before their first word on. Every event that comes
 * is looked up here, so all of them are in memory, too.
 */
export function createImpersonatedUserStore(db: Db) {
  const all = db.prepare<[], { account_id: string; user_id: string }>(
    "SELECT account_id, user_id FROM impersonated_user",
  );
  const insert = db.prepare("INSERT INTO impersonated_user (account_id, user_id, at) VALUES (?, ?, ?)");
  const byAccount = new Map<string, Set<string>>();

  function usersOf(accountId: string): Set<string> {
    const found = byAccount.get(accountId) ?? new Set<string>();
    byAccount.set(accountId, found);
    return found;
  }
  for (const { account_id, user_id } of all.all()) usersOf(account_id).add(user_id);

  return {
    /** Whether any account acted as this user. */
    has(userId: string): boolean {
      for (const users of byAccount.values()) if (users.has(userId)) return true;
      return false;
    },
    /** Whom an account acted as. */
    of: (accountId: string): ReadonlySet<string> => usersOf(accountId),
    add(accountId: string, userId: string, at: number): void {
      const users = usersOf(accountId);
      if (users.has(userId)) return;
      insert.run(accountId, userId, at);
      users.add(userId);
    },
    /** The account was removed, and its rows with it. */
    forget: (accountId: string) => void byAccount.delete(accountId),
  };
}
