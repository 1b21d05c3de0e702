-- What was refused because an instance's inbox was full, so that it is counted and told.

-- refused: events, ever.
ALTER TABLE instance ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;

-- A time in which an instance's events were refused, until the operator has taken note of it.
-- since, last: of the first and the last refusal, milliseconds since 1970.
CREATE TABLE overflow (
  instance_id TEXT PRIMARY KEY REFERENCES instance (id) ON DELETE CASCADE,
  refused     INTEGER NOT NULL,
  since       INTEGER NOT NULL,
  last        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
