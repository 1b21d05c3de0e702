-- Who signed a plugin's versions, and what of an instance's config may be written only.

-- signer: the Ed25519 public key, as base64, whose signature covered the bundle when it was installed; NULL
-- where it was not signed. An upgrade is compared with it.
ALTER TABLE plugin ADD COLUMN signer TEXT;
ALTER TABLE plugin_version ADD COLUMN signer TEXT;

-- secrets: by JSON pointer into the config, each sealed with the host's key for this instance and this
-- pointer, and when it was set: {"/token": {"sealed": "…", "setAt": 1}}. What is here is not in config.
-- plugin_version.instances keeps them in the same form.
ALTER TABLE instance ADD COLUMN secrets TEXT NOT NULL DEFAULT '{}';
