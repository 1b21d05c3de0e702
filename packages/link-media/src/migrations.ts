/** The tables of a plugin that brings links' media. Released ones never change; append. */
export const MIGRATIONS: readonly string[] = [
  `
  -- What the bot said to whose message, so that it goes away with the link, or when its poster wants it to.
  CREATE TABLE answer (
    event_id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL,
    source TEXT NOT NULL,
    poster TEXT NOT NULL,
    link TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX answer_by_source ON answer (room_id, source);
  CREATE INDEX answer_by_age ON answer (at);

  -- Whether a message's first run showed a sign of progress: a run that repeats it sends the same events in the same order.
  CREATE TABLE run (source TEXT PRIMARY KEY, sign INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;

  -- Posts that lie on a homeserver already, as JSON.
  CREATE TABLE kept (server TEXT NOT NULL, link TEXT NOT NULL, post TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (server, link)) STRICT;
  CREATE INDEX kept_by_age ON kept (at);

  CREATE TABLE room (room_id TEXT PRIMARY KEY, mode TEXT, captions TEXT) STRICT;
  CREATE TABLE person (user_id TEXT PRIMARY KEY) STRICT;
  `,
];
