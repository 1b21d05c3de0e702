-- What the configuration declares, so that what is taken out of it is known at the next start.

-- kind: plugin, account, instance or user; name: its ID (of an account its user ID). login: which credentials an account
-- was logged in with, as a keyed hash. problem: why the declaration could not be applied the last time, as JSON.
CREATE TABLE declared (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  login TEXT,
  problem TEXT,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
