/**
 * The database's shape, as numbered steps: step n brings `user_version` from n to n + 1.
 * A step that has been released is never edited; a change is a further step.
 */
export const migrations: readonly string[] = [
  `
  -- 1: everything a development homeserver keeps
  CREATE TABLE server (
    name TEXT NOT NULL,
    reserved_position INTEGER NOT NULL -- stream positions up to this one may have been given out
  );

  CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    display_name TEXT,
    avatar_url TEXT
  ) WITHOUT ROWID;

  CREATE TABLE devices (
    device_key INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, so that transaction IDs keep their owner
    user_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    display_name TEXT,
    token_hash TEXT NOT NULL UNIQUE,
    last_seen INTEGER NOT NULL,
    UNIQUE (user_id, device_id)
  );

  CREATE TABLE rooms (
    room_id TEXT PRIMARY KEY,
    published INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    type TEXT NOT NULL,
    state_key TEXT,
    sender TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    content TEXT NOT NULL,
    previous_content TEXT,
    relates_to TEXT,
    relation_type TEXT,
    device_key INTEGER,
    transaction_id TEXT,
    redacted_by INTEGER -- position of the m.room.redaction
  );
  CREATE INDEX events_of_room ON events (room_id, position);
  CREATE INDEX state_of_room ON events (room_id, type, state_key, position) WHERE state_key IS NOT NULL;
  CREATE INDEX relations ON events (relates_to, position) WHERE relates_to IS NOT NULL;
  CREATE INDEX transactions ON events (device_key, transaction_id) WHERE transaction_id IS NOT NULL;

  CREATE TABLE aliases (
    alias TEXT PRIMARY KEY,
    room_id TEXT NOT NULL,
    creator TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE forgotten (
    user_id TEXT NOT NULL,
    room_id TEXT NOT NULL,
    PRIMARY KEY (user_id, room_id)
  ) WITHOUT ROWID;

  CREATE TABLE account_data (
    user_id TEXT NOT NULL,
    room_id TEXT NOT NULL, -- '' for global account data
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (user_id, room_id, type)
  ) WITHOUT ROWID;

  CREATE TABLE receipts (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    type TEXT NOT NULL,
    thread_id TEXT NOT NULL, -- '' for an unthreaded receipt
    event_id TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id, type, thread_id)
  ) WITHOUT ROWID;

  CREATE TABLE filters (
    filter_id INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL,
    filter TEXT NOT NULL
  );

  CREATE TABLE to_device (
    position INTEGER PRIMARY KEY,
    device_key INTEGER NOT NULL,
    sender TEXT NOT NULL,
    type TEXT NOT NULL,
    content TEXT NOT NULL
  );
  CREATE INDEX to_device_of_device ON to_device (device_key, position);

  CREATE TABLE to_device_transactions (
    device_key INTEGER NOT NULL,
    transaction_id TEXT NOT NULL,
    PRIMARY KEY (device_key, transaction_id)
  ) WITHOUT ROWID;

  CREATE TABLE media (
    media_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    content_type TEXT,
    file_name TEXT,
    size INTEGER -- null until the bytes of an asynchronous upload have arrived
  ) WITHOUT ROWID;
  `,
  `
  -- 2: what end-to-end encryption needs of a server
  CREATE TABLE device_keys (
    device_key INTEGER PRIMARY KEY,
    keys TEXT NOT NULL
  );

  CREATE TABLE one_time_keys (
    number INTEGER PRIMARY KEY, -- the oldest is handed out first
    device_key INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    key TEXT NOT NULL,
    UNIQUE (device_key, algorithm, key_id)
  );

  CREATE TABLE fallback_keys (
    device_key INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    key TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (device_key, algorithm)
  ) WITHOUT ROWID;

  CREATE TABLE cross_signing_keys (
    user_id TEXT NOT NULL,
    usage TEXT NOT NULL, -- master, self_signing or user_signing
    key TEXT NOT NULL,
    PRIMARY KEY (user_id, usage)
  ) WITHOUT ROWID;

  CREATE TABLE device_list_changes (
    user_id TEXT PRIMARY KEY,
    position INTEGER NOT NULL -- of the last change of the user's devices or identity
  ) WITHOUT ROWID;

  CREATE TABLE key_backups (
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    auth_data TEXT NOT NULL,
    etag INTEGER NOT NULL,
    deleted INTEGER NOT NULL, -- its number is not given again
    PRIMARY KEY (user_id, version)
  ) WITHOUT ROWID;

  CREATE TABLE backed_up_keys (
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    room_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (user_id, version, room_id, session_id)
  ) WITHOUT ROWID;
  `,
];
