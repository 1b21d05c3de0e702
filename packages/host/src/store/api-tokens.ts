import type { Db } from "./database.ts";
import type { Role } from "./roles.ts";

export interface ApiTokenRow {
  id: string;
  userName: string;
  name: string;
  /** The most that the token may do; its user's role bounds it, too. */
  role: Role;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
}

export type ApiTokenStore = ReturnType<typeof createApiTokenStore>;

/** Tokens of scripts. They come in hashed. */
export function createApiTokenStore(db: Db) {
  const columns = `id, user_name AS userName, name, role, created_at AS createdAt, expires_at AS expiresAt,
    last_used_at AS lastUsedAt`;
  const add = db.prepare(
    `INSERT INTO api_token (token_hash, id, user_name, name, role, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const get = db.prepare<[Buffer], ApiTokenRow>(`SELECT ${columns} FROM api_token WHERE token_hash = ?`);
  const ofUser = db.prepare<[string], ApiTokenRow>(
    `SELECT ${columns} FROM api_token WHERE user_name = ? ORDER BY created_at, id`,
  );
  const touch = db.prepare("UPDATE api_token SET last_used_at = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM api_token WHERE user_name = ? AND id = ?");
  const forget = db.prepare("DELETE FROM api_token WHERE expires_at <= ?");

  return {
    add: (
      hash: Buffer,
      { id, userName, name, role, createdAt, expiresAt }: Omit<ApiTokenRow, "lastUsedAt">,
    ) => void add.run(hash, id, userName, name, role, createdAt, expiresAt),
    get: (hash: Buffer): ApiTokenRow | undefined => get.get(hash),
    /** The oldest first. */
    ofUser: (userName: string): ApiTokenRow[] => ofUser.all(userName),
    touch: (id: string, at: number) => void touch.run(at, id),
    /** Whether there was such a token. */
    remove: (userName: string, id: string): boolean => remove.run(userName, id).changes > 0,
    forget: (expiredBefore: number) => void forget.run(expiredBefore),
  };
}
