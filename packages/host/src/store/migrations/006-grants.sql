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
