import { AppError } from "../errors.ts";
import { findHomeserver } from "../matrix/discovery.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { ssoAddress } from "../matrix/sso.ts";
import type { AccountService, AccountView } from "./accounts.ts";
import { randomToken } from "./random-token.ts";

/** Accounts that are logged in by their homeserver's single sign-on, in the browser of who begins it. */
export interface AccountSso {
  /**
   * Finds the homeserver, and says where the browser is to go.
   *
   * @param from the session that begins, which alone can finish, and the origin at which it has the page open
   * @returns `expiresAt` in milliseconds
   * @throws AppError `SSO_NOT_OFFERED`, `HOMESERVER_NOT_FOUND`, `HOMESERVER_UNREACHABLE`
   */
  begin(
    asked: { homeserverUrl: string; identityProvider?: string },
    from: { sessionId: string; origin: string },
  ): Promise<{ url: string; expiresAt: number }>;
  /**
   * Adds the account, with what the browser brought back. Whoever names a `state` uses it up.
   *
   * @throws AppError `SSO_EXPIRED`, `SSO_OTHER_SESSION`, and as `AccountService.add` does
   */
  finish(brought: { state: string; loginToken: string }, sessionId: string): Promise<AccountView>;
}

interface Begun {
  sessionId: string;
  homeserverUrl: string;
  expiresAt: number;
}

const LASTS_MS = 10 * 60_000;
const MAX_BEGUN = 100;

/** @param now milliseconds, for tests */
export function createAccountSso({
  accounts,
  http,
  now = Date.now,
}: {
  accounts: Pick<AccountService, "add">;
  http: Pick<MatrixHttp, "exchange">;
  now?: () => number;
}): AccountSso {
  /** By state, the oldest first. Nothing is lost with them: who comes back after a restart begins again. */
  const begun = new Map<string, Begun>();

  return {
    async begin({ homeserverUrl: address, identityProvider }, { sessionId, origin }) {
      const { homeserverUrl } = await findHomeserver(address, http);
      const state = randomToken();
      // A page of ours, not the API: no cookie comes with who is sent here by another site, but with what the page asks.
      const redirectUrl = `${origin}/accounts/sso?state=${state}`;
      const url = await ssoAddress(homeserverUrl, { redirectUrl, identityProvider }, http);
      const expiresAt = now() + LASTS_MS;
      const oldest = begun.keys().next().value;
      if (begun.size >= MAX_BEGUN && oldest !== undefined) begun.delete(oldest);
      begun.set(state, { sessionId, homeserverUrl, expiresAt });
      return { url, expiresAt };
    },

    async finish({ state, loginToken }, sessionId) {
      const login = begun.get(state);
      begun.delete(state);
      if (!login || login.expiresAt <= now()) {
        const text =
          "Nobody waits for this single sign-on: it was finished already, took longer than 10 minutes, or Rookery was restarted meanwhile. Begin again.";
        throw new AppError("SSO_EXPIRED", text);
      }
      // Or somebody could have a bot here speak from an account of theirs.
      if (login.sessionId !== sessionId) {
        const text =
          "This single sign-on was begun in another session, so no account was added. Begin it in this browser, where you are signed in, and finish it here.";
        throw new AppError("SSO_OTHER_SESSION", text);
      }
      return accounts.add({ homeserverUrl: login.homeserverUrl, loginToken });
    },
  };
}
