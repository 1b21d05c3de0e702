import type { SessionRow, SessionStore } from "../store/sessions.ts";
import type { Visitor } from "./audit.ts";
import { noteUse } from "./note-use.ts";
import { hashOfToken, randomId, randomToken } from "./random-token.ts";

/** Sessions of the page: they end when they were not used for a while, and some time after they began. */
export interface Sessions {
  /** @returns the session's token, which is kept nowhere, and its ID */
  begin(userName: string, from: Visitor): { token: string; id: string };
  /** The session of a token, if it goes on; looking for it is using it. */
  find(token: string): SessionRow | undefined;
  /** Those that go on, the last used first. */
  list(userName: string): SessionRow[];
  /** Whether there was such a session. */
  end(userName: string, id: string): boolean;
  /** @param except the ID of a session that goes on */
  endAll(userName: string, except?: string | null): void;
  /** Deletes what has ended by itself. */
  forget(): void;
}

const IDLE_MS = 7 * 24 * 60 * 60_000;
const ABSOLUTE_MS = 30 * 24 * 60 * 60_000;
/** The last use is written at most this often. */
const TOUCH_MS = 60_000;
const MAX_USER_AGENT = 256;

export function createSessions(store: SessionStore, now: () => number = Date.now): Sessions {
  const goesOn = ({ lastUsedAt, createdAt }: SessionRow) =>
    now() - lastUsedAt <= IDLE_MS && now() - createdAt <= ABSOLUTE_MS;

  return {
    begin(userName, { userAgent }) {
      const [token, id, at] = [randomToken(), randomId(), now()];
      const agent = userAgent?.slice(0, MAX_USER_AGENT) ?? null;
      store.add(hashOfToken(token), { id, userName, createdAt: at, lastUsedAt: at, userAgent: agent });
      return { token, id };
    },
    find(token) {
      const hash = hashOfToken(token);
      const found = store.get(hash);
      if (!found || !goesOn(found)) return undefined;
      if (now() - found.lastUsedAt > TOUCH_MS) noteUse(() => store.touch(hash, now()));
      return found;
    },
    list: (userName) => store.ofUser(userName).filter(goesOn),
    end: store.end,
    endAll: store.endAll,
    forget: () => store.forget({ usedAfter: now() - IDLE_MS, createdAfter: now() - ABSOLUTE_MS }),
  };
}
