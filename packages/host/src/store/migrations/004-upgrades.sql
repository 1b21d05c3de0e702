-- Versions of a plugin beside the installed one, so that an upgrade survives the host's death at any moment.

-- waiting:     newer, wants more than is granted; its bundle waits for the operator.
-- replaced:    made way for the installed one, which is being watched. What its instances were configured with is
--              here, their databases are in snapshots/. With a reason, the installed one failed, and nothing of
--              the plugin starts until the replaced one is back. starts counts the host's starts meanwhile.
-- previous:    made way for one that stayed well.
-- rolled-back: did not stay well; the reason says why. Its bundle is gone.
-- at: when it came into this role; installed_at: when it had been installed.
CREATE TABLE plugin_version (
  plugin_id    TEXT NOT NULL REFERENCES plugin (id) ON DELETE CASCADE,
  role         TEXT NOT NULL CHECK (role IN ('waiting', 'replaced', 'previous', 'rolled-back')),
  version      TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  size         INTEGER NOT NULL,
  manifest     TEXT NOT NULL,
  installed_at INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  instances    TEXT NOT NULL,
  reason       TEXT,
  starts       INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (plugin_id, role)
) STRICT, WITHOUT ROWID;
