-- When each schedule of an instance was due last, so that a run that was missed while down is made up for once.

-- last_due: milliseconds since 1970; for a new schedule the moment in which it was first seen. It moves in
-- the transaction that puts the run into the inbox. last_run: the ID that the newest run has or had there.
-- cron, time_zone: a schedule that changed is a new one, for it was never due at its new times before.
CREATE TABLE schedule (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  name        TEXT NOT NULL,
  cron        TEXT NOT NULL,
  time_zone   TEXT NOT NULL,
  last_due    INTEGER NOT NULL,
  last_run    INTEGER,
  PRIMARY KEY (instance_id, name)
) STRICT, WITHOUT ROWID;
