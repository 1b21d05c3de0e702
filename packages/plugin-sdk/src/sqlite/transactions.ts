import type { Opened } from "./open.ts";

/**
 * Transactions, and within them savepoints. SQLite ends a transaction by itself after some errors (a
 * full disk), and a process that was killed had one that is gone: then nothing more runs until who
 * began it has given it up.
 */
export function createTransactions({ db, authorizer }: Opened) {
  let level = 0;
  const run = (sql: string) => authorizer.trust(() => db.exec(sql));

  function check(depth: number): void {
    if (depth === level && (level === 0 || db.isTransaction)) return;
    if (depth > 0) throw new Error("The transaction was ended by an earlier error; nothing of it is kept.");
    // Nobody is in it any more.
    if (db.isTransaction) run("ROLLBACK");
    level = 0;
  }

  return {
    check,
    begin(depth: number): null {
      check(depth);
      run(depth === 0 ? "BEGIN IMMEDIATE" : `SAVEPOINT level${depth}`);
      level = depth + 1;
      return null;
    },
    commit(depth: number): null {
      check(depth);
      run(depth === 1 ? "COMMIT" : `RELEASE level${depth - 1}`);
      level = depth - 1;
      return null;
    },
    rollback(depth: number): null {
      if (db.isTransaction && depth === level) {
        run(depth === 1 ? "ROLLBACK" : `ROLLBACK TO level${depth - 1}; RELEASE level${depth - 1}`);
      }
      level = depth - 1;
      return null;
    },
  };
}
