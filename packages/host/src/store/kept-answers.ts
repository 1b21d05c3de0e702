import type { Db } from "./database.ts";

export interface KeptAnswerRow {
  id: number;
  sealed: Buffer;
  /** Milliseconds since 1970. */
  begunAt: number;
}

export type KeptAnswerStore = ReturnType<typeof createKeptAnswerStore>;

/** What creations were answered, by their user and the hash of their key. It comes in sealed. */
export function createKeptAnswerStore(db: Db) {
  const get = db.prepare<[string, Buffer], KeptAnswerRow>(
    "SELECT id, sealed, begun_at AS begunAt FROM kept_answer WHERE user_name = ? AND key_hash = ?",
  );
  const size = db.prepare<[string], { keys: number; bytes: number }>(
    "SELECT count(*) AS keys, coalesce(sum(length(sealed)), 0) AS bytes FROM kept_answer WHERE user_name = ?",
  );
  const add = db.prepare(
    "INSERT INTO kept_answer (user_name, key_hash, sealed, begun_at) VALUES (?, ?, ?, ?)",
  );
  const set = db.prepare("UPDATE kept_answer SET sealed = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM kept_answer WHERE id = ?");
  const forget = db.prepare("DELETE FROM kept_answer WHERE begun_at <= ?");

  return {
    get: (userName: string, keyHash: Buffer): KeptAnswerRow | undefined => get.get(userName, keyHash),
    /** How many keys a user has, and the bytes that they take. */
    size: (userName: string) => size.get(userName) ?? { keys: 0, bytes: 0 },
    /** @returns its ID, which stays the same where the user gets another name */
    add: (userName: string, keyHash: Buffer, sealed: Buffer, begunAt: number): number =>
      Number(add.run(userName, keyHash, sealed, begunAt).lastInsertRowid),
    set: (id: number, sealed: Buffer) => void set.run(sealed, id),
    remove: (id: number) => void remove.run(id),
    forget: (begunBefore: number) => void forget.run(begunBefore),
  };
}
