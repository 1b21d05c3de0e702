-- What operators decided about permissions, and what instances make of them.

-- Rooms that an instance made, by the transaction ID that a write of its delivery has: making a room takes
-- none in Matrix. Without a room ID the answer is still to come, or was lost with the host.
CREATE TABLE created_room (
  txn_id      TEXT PRIMARY KEY,
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  room_id     TEXT,
  at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX created_room_by_instance ON created_room (instance_id);

-- refused: what the plugin asks for and goes on without. withheld: what one instance of it does not get.
-- rooms: a JSON list of the rooms in which an instance may act; NULL: all of its account's.
ALTER TABLE plugin ADD COLUMN refused TEXT NOT NULL DEFAULT '{}';
ALTER TABLE instance ADD COLUMN withheld TEXT NOT NULL DEFAULT '{}';
ALTER TABLE instance ADD COLUMN rooms TEXT;

-- How often an instance made use of a permission's part (a host, a program; '' for the whole), by the hour since
-- 1970. Of what is older than a day, only the last hour is kept.
CREATE TABLE permission_use (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  permission  TEXT NOT NULL,
  value       TEXT NOT NULL,
  hour        INTEGER NOT NULL,
  count       INTEGER NOT NULL,
  last_at     INTEGER NOT NULL,
  PRIMARY KEY (instance_id, permission, value, hour)
) STRICT, WITHOUT ROWID;
