-- What happened over time, for charts. at: the begin of a quarter of an hour, in milliseconds since 1970. A quarter in
-- which nothing happened to an instance has no row.
CREATE TABLE instance_history (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  at          INTEGER NOT NULL,
  received    INTEGER NOT NULL,
  sent        INTEGER NOT NULL,
  failed      INTEGER NOT NULL,
  -- How many handlers took how long: a JSON array, by the buckets of durations.ts.
  durations   TEXT NOT NULL,
  PRIMARY KEY (instance_id, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX instance_history_by_time ON instance_history (at);

-- Of the host and its workers: processor time in milliseconds within seconds_seen, the most memory in bytes, and the
-- durations of all instances together.
CREATE TABLE host_history (
  at             INTEGER PRIMARY KEY,
  seconds_seen   REAL NOT NULL,
  host_cpu_ms    REAL NOT NULL,
  workers_cpu_ms REAL NOT NULL,
  host_bytes     INTEGER NOT NULL,
  workers_bytes  INTEGER NOT NULL,
  durations      TEXT NOT NULL
) STRICT;
