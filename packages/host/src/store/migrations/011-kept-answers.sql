-- What creations with an Idempotency-Key were answered, for a day, so that one sent again creates nothing twice.

-- key_hash: of the key, which itself is kept nowhere. sealed: what the request was and what it was answered,
-- as JSON; once with the key, then with the host's. Without an answer it runs, or the host died meanwhile.
CREATE TABLE kept_answer (
  id        INTEGER PRIMARY KEY,
  user_name TEXT NOT NULL REFERENCES user (name) ON UPDATE CASCADE ON DELETE CASCADE,
  key_hash  BLOB NOT NULL,
  sealed    BLOB NOT NULL,
  begun_at  INTEGER NOT NULL,
  UNIQUE (user_name, key_hash)
) STRICT;
CREATE INDEX kept_answer_by_age ON kept_answer (begun_at);
