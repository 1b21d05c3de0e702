import { MatrixError } from "matrix-bot-sdk";
import { reasonOf } from "../errors.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { logOut } from "../matrix/login.ts";
import { createTurns } from "../runtime/turns.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { ReplacedLogin, ReplacedLoginStore } from "../store/replaced-logins.ts";

/** Ends logins of which another one took the place. */
export interface ReplacedLogins {
  /** Tries what is kept; never rejects. What could not be ended is tried again every hour, for a week. */
  end(): Promise<void>;
  close(): void;
}

const EVERY_MS = 60 * 60_000;
const FOR_MS = 7 * 24 * 60 * 60_000;

export function createReplacedLogins({
  logins,
  accounts,
  http,
  warn,
  now = Date.now,
}: {
  logins: ReplacedLoginStore;
  accounts: Pick<AccountStore, "byUserId">;
  http: MatrixHttp;
  warn: (message: string, error: unknown) => void;
  now?: () => number;
}): ReplacedLogins {
  const turns = createTurns();
  let closed = false;

  async function endOne(login: ReplacedLogin): Promise<void> {
    // Somebody handed its token over since: it is in use again.
    const current = accounts.byUserId(login.userId);
    if (current?.accessToken !== login.accessToken || current.deviceId !== login.deviceId) {
      try {
        await logOut(login, http);
      } catch (error) {
        const hasEnded = error instanceof MatrixError && error.errcode === "M_UNKNOWN_TOKEN";
        if (closed || (!hasEnded && now() - login.replacedAt < FOR_MS)) return;
        if (!hasEnded) warn(leftOver(login, error), error);
      }
    }
    // What is closed meanwhile is there at the next start, and is found ended then.
    if (!closed) logins.remove(login);
  }

  async function end(): Promise<void> {
    try {
      if (!closed) await Promise.all(logins.list().map(endOne));
    } catch (error) {
      warn(
        "Whether old logins are to be ended could not be read or noted; it is tried again in an hour.",
        error,
      );
    }
  }

  const inTurn = () => turns.take("", end);
  const ending = setInterval(() => void inTurn(), EVERY_MS).unref();
  return {
    end: inTurn,
    close() {
      closed = true;
      clearInterval(ending);
    },
  };
}

function leftOver({ userId, deviceId }: ReplacedLogin, error: unknown): string {
  return `${userId} has a new login, and its old one (device ${deviceId}) could not be ended on its homeserver for a week: ${reasonOf(error)}. Remove that session there.`;
}
