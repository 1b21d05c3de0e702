import type { Db } from "./database.ts";

/** A time in which events of an instance were refused, since its inbox was full. */
export interface Overflow {
  instanceId: string;
  /** Events that were refused in it. */
  refused: number;
  /** The first and the last refusal, in milliseconds since 1970. */
  since: number;
  lastAt: number;
}

/** What was refused, until the operator has taken note of it; and its number for ever. */
export interface OverflowStore {
  /** Counts refused events; within the transaction that would have stored them. */
  add(instanceId: string, refused: number, at: number): void;
  list(): Overflow[];
  get(instanceId: string): Overflow | undefined;
  /** The operator knows. */
  dismiss(instanceId: string): void;
  /** How many events were ever refused. */
  refused(instanceId: string): number;
}

export function createOverflowStore(db: Db): OverflowStore {
  const count = db.prepare("UPDATE instance SET refused = refused + ? WHERE id = ?");
  const put = db.prepare(
    `INSERT INTO overflow (instance_id, refused, since, last) VALUES (?, ?, ?, ?)
     ON CONFLICT (instance_id) DO UPDATE SET refused = refused + excluded.refused, last = excluded.last`,
  );
  const columns = `instance_id AS "instanceId", refused, since, last AS "lastAt"`;
  const all = db.prepare<[], Overflow>(`SELECT ${columns} FROM overflow ORDER BY since`);
  const one = db.prepare<[string], Overflow>(`SELECT ${columns} FROM overflow WHERE instance_id = ?`);
  const remove = db.prepare("DELETE FROM overflow WHERE instance_id = ?");
  const refused = db.prepare<[string], { refused: number }>("SELECT refused FROM instance WHERE id = ?");

  return {
    add(instanceId, n, at) {
      count.run(n, instanceId);
      put.run(instanceId, n, at, at);
    },
    list: () => all.all(),
    get: (instanceId) => one.get(instanceId),
    dismiss: (instanceId) => void remove.run(instanceId),
    refused: (instanceId) => refused.get(instanceId)?.refused ?? 0,
  };
}
