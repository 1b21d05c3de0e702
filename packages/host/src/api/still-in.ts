import type { ApiTokens } from "../services/api-tokens.ts";
import type { Identity } from "../services/audit.ts";
import type { Sessions } from "../services/sessions.ts";
import type { UserService } from "../services/users.ts";
import { lesserRole, type Role } from "../store/roles.ts";

/** What somebody who was let in may do by now; `null` where the session or the token has ended. */
export type StillIn = (who: Identity) => Role | null;

/** Looks without a trace: what stays open by itself is no use of a session. */
export function createStillIn({
  users,
  sessions,
  tokens,
}: {
  users: Pick<UserService, "list">;
  sessions: Pick<Sessions, "list">;
  tokens: Pick<ApiTokens, "list">;
}): StillIn {
  return ({ userName, sessionId, token }) => {
    const user = users.list().find(({ name }) => name === userName);
    if (!user || user.disabledAt !== null) return null;
    if (sessionId !== null) {
      return sessions.list(userName).some(({ id }) => id === sessionId) ? user.role : null;
    }
    const row = tokens.list(userName).find(({ id }) => id === token?.id);
    return row && row.expiresAt > Date.now() ? lesserRole(row.role, user.role) : null;
  };
}
