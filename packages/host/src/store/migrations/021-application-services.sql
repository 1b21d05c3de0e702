-- The application service whose user an account is.

-- service_token: by which its other users are acted as, sealed; NULL for an ordinary login. One that is as the access
-- token is used for the account itself, too, which has no token of its own then.
ALTER TABLE account ADD COLUMN service_token BLOB;
ALTER TABLE replaced_login ADD COLUMN service_token BLOB;
