-- What ended within one second is one row: with a row for each, traces took a tenth of a flood's processor time.
DROP TABLE delivery_trace;

-- traces: of one instance, as a JSON array, without the events' texts. ended_at: of the newest, in milliseconds since
-- 1970. last_id: the highest of their IDs, which are of the same row as the deliveries'. Of an instance, the newest batches are kept, of 500 traces or more together.
CREATE TABLE trace_batch (
  id          INTEGER PRIMARY KEY,
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  ended_at    INTEGER NOT NULL,
  count       INTEGER NOT NULL,
  last_id     INTEGER NOT NULL,
  traces      TEXT NOT NULL
) STRICT;

CREATE INDEX trace_batch_by_instance ON trace_batch (instance_id, id);
