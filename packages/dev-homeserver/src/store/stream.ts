import type { Database } from "./database.ts";

/** The server's one counter: every change a `/sync` can show takes the next position. */
export interface Stream {
  readonly current: number;
  next(): number;
}

const RESERVE = 1_000_000;

/**
 * Positions are reserved in blocks, since some (typing) are given out without being stored: after a
 * restart none may be given out again, or a client's `since` would hide what came later.
 */
export function openStream(database: Database, serverName: string): Stream {
  const row = database.prepare<[], { name: string; reserved_position: number }>("SELECT * FROM server").get();
  if (row && row.name !== serverName) {
    throw new Error(
      `this data directory belongs to the server name "${row.name}", not "${serverName}"; use that name or another directory`,
    );
  }
  if (!row) database.prepare("INSERT INTO server VALUES (?, 0)").run(serverName);
  const reserve = database.prepare<[number]>("UPDATE server SET reserved_position = ?");
  let current = row?.reserved_position ?? 0;
  let reserved = current + RESERVE;
  reserve.run(reserved);

  return {
    get current() {
      return current;
    },
    next() {
      current += 1;
      if (current >= reserved) {
        database.begin();
        reserved += RESERVE;
        reserve.run(reserved);
      }
      return current;
    },
  };
}
