-- Which requests came, so that one that its sender sends again is not handled again.

-- event_id: made of the request's route, the ID that its sender gave it, and its body. at: milliseconds since 1970.
CREATE TABLE webhook_seen (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  event_id    TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (instance_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_seen_by_age ON webhook_seen (instance_id, at);
