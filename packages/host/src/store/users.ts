import type { Db } from "./database.ts";

export interface UserRow {
  name: string;
  passwordHash: string | null;
}

export interface SessionRow {
  userName: string;
  createdAt: number;
  lastUsedAt: number;
}

export type UserStore = ReturnType<typeof createUserStore>;

/** People who may sign in, their sessions and one-time tokens. Tokens come in hashed. */
export function createUserStore(db: Db) {
  const user = db.prepare<[string], { name: string; password_hash: string | null }>(
    "SELECT name, password_hash FROM user WHERE name = ?",
  );
  const count = db.prepare<[], { n: number }>(
    "SELECT count(*) AS n FROM user WHERE password_hash IS NOT NULL",
  );
  const insert = db.prepare("INSERT INTO user (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const setPassword = db.prepare("UPDATE user SET name = ?, password_hash = ? WHERE name = ?");
  const addSession = db.prepare(
    "INSERT INTO session (token_hash, user_name, created_at, last_used_at) VALUES (?, ?, ?, ?)",
  );
  const session = db.prepare<[Buffer], { user_name: string; created_at: number; last_used_at: number }>(
    "SELECT user_name, created_at, last_used_at FROM session WHERE token_hash = ?",
  );
  const touch = db.prepare("UPDATE session SET last_used_at = ? WHERE token_hash = ?");
  const endSession = db.prepare("DELETE FROM session WHERE token_hash = ?");
  const endOthers = db.prepare("DELETE FROM session WHERE user_name = ? AND token_hash <> ?");
  const addOneTime = db.prepare(
    "INSERT INTO one_time_token (token_hash, user_name, expires_at) VALUES (?, ?, ?)",
  );
  const clearOneTime = db.prepare("DELETE FROM one_time_token");
  const takeOneTime = db.prepare<[Buffer, number], { user_name: string }>(
    "DELETE FROM one_time_token WHERE token_hash = ? AND expires_at > ? RETURNING user_name",
  );

  return {
    get(name: string): UserRow | undefined {
      const row = user.get(name);
      return row && { name: row.name, passwordHash: row.password_hash };
    },
    /** Whether anybody has a password yet. */
    hasPassword: () => (count.get()?.n ?? 0) > 0,
    ensure: (name: string, at: number) => void insert.run(name, at),
    setPassword: (name: string, newName: string, hash: string) => void setPassword.run(newName, hash, name),

    addSession: (hash: Buffer, userName: string, at: number) => void addSession.run(hash, userName, at, at),
    session(hash: Buffer): SessionRow | undefined {
      const row = session.get(hash);
      return row && { userName: row.user_name, createdAt: row.created_at, lastUsedAt: row.last_used_at };
    },
    touchSession: (hash: Buffer, at: number) => void touch.run(at, hash),
    endSession: (hash: Buffer) => void endSession.run(hash),
    endOtherSessions: (userName: string, hash: Buffer) => void endOthers.run(userName, hash),

    /** A new one-time token; the ones before it no longer work. */
    setOneTimeToken(hash: Buffer, userName: string, expiresAt: number): void {
      db.transaction(() => {
        clearOneTime.run();
        addOneTime.run(hash, userName, expiresAt);
      })();
    },
    takeOneTimeToken: (hash: Buffer, now: number) => takeOneTime.get(hash, now)?.user_name,
  };
}
