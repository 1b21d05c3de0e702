-- What became of an instance's last events, so that "why did it not answer?" has an answer after a restart, too.

-- A delivery that came to its end. ended_at: milliseconds since 1970. trace: all but the columns, as JSON, without
-- the event's text. Of an instance, the newest 500 are kept.
CREATE TABLE delivery_trace (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  id          INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('done', 'failed', 'skipped')),
  ended_at    INTEGER NOT NULL,
  trace       TEXT NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;

-- Events that reached no handler: one row for an instance, written now and then, since most of what is said in a room
-- is no bot's business. last_id: the newest of their IDs, which are of the same row as the deliveries'.
CREATE TABLE skipped_events (
  instance_id TEXT PRIMARY KEY REFERENCES instance (id) ON DELETE CASCADE,
  last_id     INTEGER NOT NULL,
  events      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
