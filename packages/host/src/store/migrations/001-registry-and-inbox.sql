-- What the operator set up (users, accounts, plugins, instances), and what is on its way (inbox).

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
  name          TEXT PRIMARY KEY,
  password_hash TEXT,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Tokens are kept as SHA-256, so that a copy of the database signs nobody in.
CREATE TABLE session (
  token_hash   BLOB PRIMARY KEY,
  user_name    TEXT NOT NULL REFERENCES user (name) ON UPDATE CASCADE ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE one_time_token (
  token_hash BLOB PRIMARY KEY,
  user_name  TEXT NOT NULL REFERENCES user (name) ON UPDATE CASCADE ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- access_token is sealed with the host's key. sync_token moves in the transaction that fills the inbox.
CREATE TABLE account (
  id             TEXT PRIMARY KEY,
  user_id        TEXT NOT NULL UNIQUE,
  device_id      TEXT NOT NULL,
  homeserver_url TEXT NOT NULL,
  access_token   BLOB NOT NULL,
  sync_token     TEXT,
  created_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plugin (
  id           TEXT PRIMARY KEY,
  version      TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  manifest     TEXT NOT NULL,
  granted      TEXT NOT NULL,
  installed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- subscriptions is what the instance wanted when it last ran, so that its events are kept for it
-- from the first sync on, before it is up again.
CREATE TABLE instance (
  id            TEXT PRIMARY KEY,
  plugin_id     TEXT NOT NULL REFERENCES plugin (id),
  account_id    TEXT NOT NULL REFERENCES account (id),
  config        TEXT NOT NULL,
  enabled       INTEGER NOT NULL,
  subscriptions TEXT,
  created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per delivery. id grows; crashes counts the workers that died while it ran.
CREATE TABLE inbox (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  id          INTEGER NOT NULL,
  room_id     TEXT NOT NULL,
  event       TEXT NOT NULL,
  crashes     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE failed_delivery (
  instance_id TEXT NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
  id          INTEGER NOT NULL,
  room_id     TEXT NOT NULL,
  event       TEXT NOT NULL,
  error       TEXT NOT NULL,
  failed_at   INTEGER NOT NULL,
  PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;
