-- Which logins the host made itself, and so may end when another one takes their place.

-- made_here: 0 for a token that was handed over, which may be somebody's session, and for all logins of before: of
-- those it is not known.
ALTER TABLE account ADD COLUMN made_here INTEGER NOT NULL DEFAULT 0;
