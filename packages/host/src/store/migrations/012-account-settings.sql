-- What an operator decides of an account beside its login.

-- enabled: whether it is online. autojoin: which invitations it takes, as JSON. prefix: what is put before a command in
-- its rooms; room_prefixes: in some of them something else, as JSON by room ID. display_name: what it is called by, too.
ALTER TABLE account ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;
ALTER TABLE account ADD COLUMN autojoin TEXT NOT NULL DEFAULT '{"policy":"always","allow":[]}';
ALTER TABLE account ADD COLUMN prefix TEXT NOT NULL DEFAULT '!';
ALTER TABLE account ADD COLUMN room_prefixes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE account ADD COLUMN display_name TEXT;
