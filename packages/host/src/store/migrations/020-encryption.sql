-- End-to-end encryption: an account's key and whom it encrypts for, rooms that are encrypted, events that wait for keys.

-- crypto_key: 32 bytes that seal the account's encryption on the disk, themselves sealed; NULL until it sees an encrypted
-- room. encrypt_for: whose devices get room keys, all or cross-signed.
ALTER TABLE account ADD COLUMN crypto_key BLOB;
ALTER TABLE account ADD COLUMN encrypt_for TEXT NOT NULL DEFAULT 'all';

-- What is encrypted once stays so, whatever a homeserver says later. settings: the content of its m.room.encryption.
CREATE TABLE encrypted_room (
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  room_id    TEXT NOT NULL,
  settings   TEXT NOT NULL,
  PRIMARY KEY (account_id, room_id)
) STRICT, WITHOUT ROWID;

-- Events whose key has not come yet, and those behind them in their room, in the order in which they came. event: as the
-- homeserver gave it, encrypted. id: of the row in which deliveries have theirs. came_at: milliseconds since 1970.
-- awaits_key: 0 for one that only keeps its place.
CREATE TABLE held_event (
  id         INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  room_id    TEXT NOT NULL,
  came_at    INTEGER NOT NULL,
  awaits_key INTEGER NOT NULL,
  event      TEXT NOT NULL
) STRICT;

CREATE INDEX held_event_by_room ON held_event (account_id, room_id, id);
