import type { Database } from "@rookery/plugin-sdk";

/** Something that the bot said to somebody's message. */
export interface Answer {
  eventId: string;
  roomId: string;
  /** The message that it answers. */
  source: string;
  poster: string;
  /** The ID of the link that it shows. */
  link: string;
}

/** What the bot said to which link, for as long as its poster may want it to go. */
export interface Answers {
  add(answer: Answer): void;
  of(roomId: string, source: string): Answer[];
  get(roomId: string, eventId: string): Answer | undefined;
  remove(eventId: string): void;
  /**
   * Whether a message's first run showed a sign of progress.
   *
   * @param sign what this run would do, if it is the first
   */
  signOf(source: string, sign: boolean): boolean;
  forgetOld(now?: number): void;
}

const KEPT_MS = 90 * 24 * 60 * 60_000;
const COLUMNS = "event_id AS eventId, room_id AS roomId, source, poster, link";

export function createAnswers(database: Database): Answers {
  return {
    add({ eventId, roomId, source, poster, link }) {
      const sql = "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
      database.run(sql, eventId, roomId, source, poster, link, Date.now());
    },
    of: (roomId, source) =>
      database.all(
        `SELECT ${COLUMNS} FROM answer WHERE room_id = ? AND source = ? ORDER BY rowid`,
        roomId,
        source,
      ) as unknown as Answer[],
    get: (roomId, eventId) =>
      database.get(`SELECT ${COLUMNS} FROM answer WHERE room_id = ? AND event_id = ?`, roomId, eventId) as
        | Answer
        | undefined,
    remove: (eventId) => void database.run("DELETE FROM answer WHERE event_id = ?", eventId),
    signOf(source, sign) {
      const sql = "INSERT INTO run VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
      database.run(sql, source, sign ? 1 : 0, Date.now());
      return database.get<{ sign: number }>("SELECT sign FROM run WHERE source = ?", source)?.sign === 1;
    },
    forgetOld(now = Date.now()) {
      database.run("DELETE FROM answer WHERE at < ?", now - KEPT_MS);
      database.run("DELETE FROM run WHERE at < ?", now - KEPT_MS);
    },
  };
}
