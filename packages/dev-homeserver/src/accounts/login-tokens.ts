import { newOpaqueId } from "../ids.ts";

/** What a single sign-on ends with, and `m.login.token` begins with. */
export interface LoginTokens {
  /** One for a user that works once, within two minutes. */
  make(userId: string): string;
  /** Whose it is, if it still works; it does no more then. */
  take(token: string): string | undefined;
}

const LASTS_MS = 2 * 60_000;
const MAX_TOKENS = 1000;

export function createLoginTokens(now: () => number = Date.now): LoginTokens {
  const tokens = new Map<string, { userId: string; until: number }>();
  return {
    make(userId) {
      const token = newOpaqueId();
      const oldest = tokens.keys().next().value;
      if (tokens.size >= MAX_TOKENS && oldest !== undefined) tokens.delete(oldest);
      tokens.set(token, { userId, until: now() + LASTS_MS });
      return token;
    },
    take(token) {
      const found = tokens.get(token);
      tokens.delete(token);
      return found && found.until > now() ? found.userId : undefined;
    },
  };
}
