import type { Db } from "./database.ts";

export interface SessionRow {
  /** Names the session in the API; says nothing about its token. */
  id: string;
  userName: string;
  createdAt: number;
  lastUsedAt: number;
  userAgent: string | null;
}

/** Since when a session must be used, and begun, to go on; in milliseconds since 1970. */
export interface SessionAges {
  usedAfter: number;
  createdAfter: number;
}

export type SessionStore = ReturnType<typeof createSessionStore>;

/** Sessions of the page. Their tokens come in hashed. */
export function createSessionStore(db: Db) {
  const columns =
    "id, user_name AS userName, created_at AS createdAt, last_used_at AS lastUsedAt, user_agent AS userAgent";
  const add = db.prepare(
    "INSERT INTO session (token_hash, id, user_name, created_at, last_used_at, user_agent) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const get = db.prepare<[Buffer], SessionRow>(`SELECT ${columns} FROM session WHERE token_hash = ?`);
  const ofUser = db.prepare<[string], SessionRow>(
    `SELECT ${columns} FROM session WHERE user_name = ? ORDER BY last_used_at DESC`,
  );
  const touch = db.prepare("UPDATE session SET last_used_at = ? WHERE token_hash = ?");
  const end = db.prepare("DELETE FROM session WHERE user_name = ? AND id = ?");
  const endAll = db.prepare("DELETE FROM session WHERE user_name = ? AND id IS NOT ?");
  const forget = db.prepare("DELETE FROM session WHERE last_used_at < ? OR created_at < ?");

  return {
    add: (hash: Buffer, { id, userName, createdAt, lastUsedAt, userAgent }: SessionRow) =>
      void add.run(hash, id, userName, createdAt, lastUsedAt, userAgent),
    get: (hash: Buffer): SessionRow | undefined => get.get(hash),
    /** The last used first. */
    ofUser: (userName: string): SessionRow[] => ofUser.all(userName),
    touch: (hash: Buffer, at: number) => void touch.run(at, hash),
    /** Whether there was such a session. */
    end: (userName: string, id: string): boolean => end.run(userName, id).changes > 0,
    /** @param except the ID of a session that goes on */
    endAll: (userName: string, except: string | null = null) => void endAll.run(userName, except),
    forget: ({ usedAfter, createdAfter }: SessionAges) => void forget.run(usedAfter, createdAfter),
  };
}
