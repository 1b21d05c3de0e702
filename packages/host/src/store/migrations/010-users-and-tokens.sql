-- Who may do what, with which session or token, and who did what.

-- Whoever was there before roles could do everything. disabled_at: milliseconds since 1970, NULL where the
-- user may sign in.
ALTER TABLE user ADD COLUMN role TEXT NOT NULL DEFAULT 'viewer' CHECK (role IN ('viewer', 'deployer', 'admin'));
ALTER TABLE user ADD COLUMN disabled_at INTEGER;
UPDATE user SET role = 'admin';

-- id: names a session in the API, where its hash must not be shown.
ALTER TABLE session ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN user_agent TEXT;
UPDATE session SET id = lower(hex(randomblob(8)));
CREATE UNIQUE INDEX session_by_id ON session (id);

-- role: the most that the token may do; its user's role bounds it, too.
CREATE TABLE api_token (
  id           TEXT PRIMARY KEY,
  token_hash   BLOB NOT NULL UNIQUE,
  user_name    TEXT NOT NULL REFERENCES user (name) ON UPDATE CASCADE ON DELETE CASCADE,
  name         TEXT NOT NULL,
  role         TEXT NOT NULL CHECK (role IN ('viewer', 'deployer', 'admin')),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Every change that came through the API. Names are texts and no references: they outlive what they name.
-- before and after: the properties that changed, as JSON, without secrets. error: its code, where it failed.
CREATE TABLE audit_log (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  user_name  TEXT,
  session_id TEXT,
  token_id   TEXT,
  token_name TEXT,
  address    TEXT,
  user_agent TEXT,
  action     TEXT NOT NULL,
  target     TEXT,
  before     TEXT,
  after      TEXT,
  error      TEXT
) STRICT;
CREATE INDEX audit_log_by_age ON audit_log (at);

-- What is written stays as it is; what is younger than 30 days stays.
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'The audit log is only ever added to.'); END;
CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log WHEN OLD.at > (unixepoch() - 30 * 86400) * 1000
BEGIN SELECT RAISE(ABORT, 'The audit log keeps what is younger than 30 days.'); END;
