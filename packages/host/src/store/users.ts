import type { Db } from "./database.ts";
import type { Role } from "./roles.ts";

export interface UserRow {
  name: string;
  role: Role;
  passwordHash: string | null;
  createdAt: number;
  /** Since when the user may not sign in; in milliseconds since 1970. */
  disabledAt: number | null;
}

export type UserStore = ReturnType<typeof createUserStore>;

/** People who may sign in, and their one-time tokens, which come in hashed. */
export function createUserStore(db: Db) {
  const columns = `name, role, password_hash AS passwordHash, created_at AS createdAt, disabled_at AS disabledAt`;
  const user = db.prepare<[string], UserRow>(`SELECT ${columns} FROM user WHERE name = ?`);
  const users = db.prepare<[], UserRow>(`SELECT ${columns} FROM user ORDER BY name`);
  const insert = db.prepare("INSERT INTO user (name, role, created_at) VALUES (?, ?, ?)");
  const remove = db.prepare("DELETE FROM user WHERE name = ?");
  const setPassword = db.prepare("UPDATE user SET name = ?, password_hash = ? WHERE name = ?");
  const setRole = db.prepare("UPDATE user SET role = ? WHERE name = ?");
  const setDisabled = db.prepare("UPDATE user SET disabled_at = ? WHERE name = ?");
  const addOneTime = db.prepare(
    "INSERT INTO one_time_token (token_hash, user_name, expires_at) VALUES (?, ?, ?)",
  );
  const clearOneTime = db.prepare("DELETE FROM one_time_token WHERE user_name = ?");
  const takeOneTime = db.prepare<[Buffer, number], { user_name: string }>(
    "DELETE FROM one_time_token WHERE token_hash = ? AND expires_at > ? RETURNING user_name",
  );
  const forgetOneTime = db.prepare("DELETE FROM one_time_token WHERE expires_at <= ?");

  return {
    get: (name: string): UserRow | undefined => user.get(name),
    list: (): UserRow[] => users.all(),
    insert: (name: string, role: Role, at: number) => void insert.run(name, role, at),
    /** With the user go sessions, API tokens and the one-time token. */
    remove: (name: string) => void remove.run(name),
    /** Sessions and API tokens follow the user to a new name. */
    setPassword: (name: string, newName: string, hash: string | null) =>
      void setPassword.run(newName, hash, name),
    setRole: (name: string, role: Role) => void setRole.run(role, name),
    setDisabled: (name: string, at: number | null) => void setDisabled.run(at, name),

    /** A new one-time token; the user's one before no longer works. */
    setOneTimeToken(hash: Buffer, userName: string, expiresAt: number): void {
      db.transaction(() => {
        clearOneTime.run(userName);
        addOneTime.run(hash, userName, expiresAt);
      })();
    },
    takeOneTimeToken: (hash: Buffer, now: number) => takeOneTime.get(hash, now)?.user_name,
    endOneTimeToken: (userName: string) => void clearOneTime.run(userName),
    forgetOneTimeTokens: (now: number) => void forgetOneTime.run(now),
  };
}
