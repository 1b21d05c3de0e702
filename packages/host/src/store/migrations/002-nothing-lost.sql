-- What keeps a message from being lost: gaps to be filled, rooms to be joined, deliveries that run later.

-- A timeline that a sync gave only in part. Events are read from from_token up to to_token, page by page;
-- until it is gone, the room's later events are read through it too, so that their order is kept.
-- until_join: what was said before the account itself joined is none of its business.
CREATE TABLE gap (
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  room_id    TEXT NOT NULL,
  from_token TEXT NOT NULL,
  to_token   TEXT NOT NULL,
  until_join INTEGER NOT NULL,
  PRIMARY KEY (account_id, room_id)
) STRICT, WITHOUT ROWID;

-- Invitations and replaced rooms, until they are joined: a sync tells of each only once.
CREATE TABLE room_to_join (
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  room_id    TEXT NOT NULL,
  via        TEXT NOT NULL,
  PRIMARY KEY (account_id, room_id)
) STRICT, WITHOUT ROWID;

-- By room, so that each room's next deliveries are found at once, however many wait in others.
ALTER TABLE inbox RENAME TO inbox_by_id;
CREATE TABLE inbox (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  room_id     TEXT NOT NULL,
  id          INTEGER NOT NULL,
  event       TEXT NOT NULL,
  crashes     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (instance_id, room_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO inbox SELECT instance_id, room_id, id, event, crashes FROM inbox_by_id;
DROP TABLE inbox_by_id;

-- run_at: not before this time (RetryLater). attempts: how often it asked for that.
-- run: how often it was run again by hand; each has transaction IDs of its own.
ALTER TABLE inbox ADD COLUMN run_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
ALTER TABLE failed_delivery ADD COLUMN run INTEGER NOT NULL DEFAULT 0;

-- catch_up_seconds: instead of the plugin's own. skipped: events that were older when they came.
ALTER TABLE instance ADD COLUMN catch_up_seconds INTEGER;
ALTER TABLE instance ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
