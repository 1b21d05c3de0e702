-- What ended within one second is one row: with a row for each, traces took a tenth of a flood's processor time.

-- traces: of one instance, as a JSON array, without the events' texts. ended_at: of the newest, in milliseconds since
-- 1970. last_id: the highest of their IDs, which are of the same row as the deliveries'. Of an instance, the newest
-- batches are kept, of 500 traces or more together. characters: how long traces is.
CREATE TABLE trace_batch (
  id          INTEGER PRIMARY KEY,
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  ended_at    INTEGER NOT NULL,
  count       INTEGER NOT NULL,
  characters  INTEGER NOT NULL,
  last_id     INTEGER NOT NULL,
  traces      TEXT NOT NULL
) STRICT;

-- All that is looked at to find what is no longer kept.
CREATE INDEX trace_batch_by_instance ON trace_batch (instance_id, id, count, characters);

INSERT INTO trace_batch (instance_id, ended_at, count, characters, last_id, traces)
SELECT instance_id, max(ended_at), count(*), sum(length(trace)), max(id),
       json_group_array(json_patch(trace, json_object('id', id, 'state', state, 'endedAt', ended_at)))
FROM delivery_trace GROUP BY instance_id;

DROP TABLE delivery_trace;
