-- Whom instances acted as, beside their own account: what those users say is no person's word, and reaches no handler.

-- A user is here before anything is said in their name. account_id: whose application service acts as them.
-- at: of the first time, milliseconds since 1970.
CREATE TABLE impersonated_user (
  account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  user_id    TEXT NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (account_id, user_id)
) STRICT, WITHOUT ROWID;
