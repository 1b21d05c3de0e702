-- Logins of which another one took the place: kept, in the transaction that stores the new one, until they are ended.

CREATE TABLE replaced_login (
  user_id        TEXT NOT NULL,
  device_id      TEXT NOT NULL,
  homeserver_url TEXT NOT NULL,
  -- Sealed.
  access_token   BLOB NOT NULL,
  replaced_at    INTEGER NOT NULL,
  PRIMARY KEY (user_id, device_id)
) STRICT;
