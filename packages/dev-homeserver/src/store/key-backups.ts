import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

/** A backup of room keys, without the keys. */
export interface KeyBackup {
  readonly version: number;
  readonly algorithm: string;
  readonly authData: JsonObject;
  /** Another one whenever a key has changed. */
  readonly etag: number;
  readonly count: number;
}

/** Which keys of a backup: all, those of a room, or one. */
export interface KeyScope {
  readonly roomId?: string;
  readonly sessionId?: string;
}

export interface BackedUpKey {
  readonly roomId: string;
  readonly sessionId: string;
  readonly key: JsonObject;
}

export type KeyBackupStore = ReturnType<typeof createKeyBackupStore>;

/** Room keys that clients have encrypted and left here. */
export function createKeyBackupStore(database: Database) {
  const add = database.prepare<[string, string, string, string], { version: number }>(
    `INSERT INTO key_backups (user_id, version, algorithm, auth_data, etag, deleted)
     SELECT ?, coalesce(max(version), 0) + 1, ?, ?, 0, 0 FROM key_backups WHERE user_id = ? RETURNING version`,
  );
  const columns = `version, algorithm, auth_data, etag, (SELECT count(*) FROM backed_up_keys AS k
     WHERE k.user_id = b.user_id AND k.version = b.version) AS count FROM key_backups AS b`;
  interface Row {
    version: number;
    algorithm: string;
    auth_data: string;
    etag: number;
    count: number;
  }
  const newest = database.prepare<[string], Row>(
    `SELECT ${columns} WHERE user_id = ? AND NOT deleted ORDER BY version DESC LIMIT 1`,
  );
  const one = database.prepare<[string, number], Row>(
    `SELECT ${columns} WHERE user_id = ? AND version = ? AND NOT deleted`,
  );
  const update = database.prepare("UPDATE key_backups SET auth_data = ? WHERE user_id = ? AND version = ?");
  const touch = database.prepare("UPDATE key_backups SET etag = etag + 1 WHERE user_id = ? AND version = ?");
  const remove = database.prepare("UPDATE key_backups SET deleted = 1 WHERE user_id = ? AND version = ?");
  const put = database.prepare("INSERT OR REPLACE INTO backed_up_keys VALUES (?, ?, ?, ?, ?)");
  const scoped = `backed_up_keys WHERE user_id = ? AND version = ?
     AND room_id = coalesce(?, room_id) AND session_id = coalesce(?, session_id)`;
  type Scope = [string, number, string | null, string | null];
  const keys = database.prepare<Scope, { room_id: string; session_id: string; key: string }>(
    `SELECT room_id, session_id, key FROM ${scoped}`,
  );
  const removeKeys = database.prepare<Scope>(`DELETE FROM ${scoped}`);

  const read = (row: Row | undefined): KeyBackup | undefined =>
    row && {
      version: row.version,
      algorithm: row.algorithm,
      authData: JSON.parse(row.auth_data) as JsonObject,
      etag: row.etag,
      count: row.count,
    };

  return {
    /** Begins a new backup and returns its version. */
    add(userId: string, algorithm: string, authData: JsonObject): number {
      database.begin();
      const row = add.get(userId, algorithm, JSON.stringify(authData), userId);
      if (!row) throw new Error(`the backup of ${userId} was not stored`);
      return row.version;
    },
    newest: (userId: string) => read(newest.get(userId)),
    get: (userId: string, version: number) => read(one.get(userId, version)),
    update(userId: string, version: number, authData: JsonObject): void {
      database.begin();
      update.run(JSON.stringify(authData), userId, version);
    },
    remove(userId: string, version: number): void {
      database.begin();
      remove.run(userId, version);
      removeKeys.run(userId, version, null, null);
    },
    put(userId: string, version: number, { roomId, sessionId, key }: BackedUpKey): void {
      database.begin();
      put.run(userId, version, roomId, sessionId, JSON.stringify(key));
      touch.run(userId, version);
    },
    keys(userId: string, version: number, scope: KeyScope): BackedUpKey[] {
      return keys.all(userId, version, scope.roomId ?? null, scope.sessionId ?? null).map((row) => ({
        roomId: row.room_id,
        sessionId: row.session_id,
        key: JSON.parse(row.key) as JsonObject,
      }));
    },
    removeKeys(userId: string, version: number, scope: KeyScope): void {
      database.begin();
      removeKeys.run(userId, version, scope.roomId ?? null, scope.sessionId ?? null);
      touch.run(userId, version);
    },
  };
}
