import type { Assets } from "./assets.ts";
import type { Config } from "./config/config.ts";
import { openOffline } from "./open-offline.ts";
import { createAudit } from "./services/audit.ts";
import { createUnreadable, type Unreadable } from "./store/unreadable.ts";

/** What a host that does not run has sealed, for whoever lost its key. */
export interface OfflineSecrets {
  /** What the key in use does not open. */
  unreadable(): Unreadable;
  /** Gives that up, and keeps all else. @returns what it was */
  forget(): Unreadable;
  close(): void;
}

/** @throws AppError `NOT_FOUND` where there is no registry, `DATA_LOCKED` while a host runs, `DATABASE_NEWER` */
export function openSecrets(config: Config, assets: Assets): OfflineSecrets {
  const { db, box, store, close } = openOffline(config, assets);
  const { find, forget } = createUnreadable(db, box);
  const audit = createAudit(store.audit);
  return {
    unreadable: find,
    forget() {
      const forgotten = forget();
      const targets = [...forgotten.accounts, ...new Set(forgotten.settings.map(({ instance }) => instance))];
      for (const target of targets) audit.record({ action: "secret.forget", target }, null, null);
      return forgotten;
    },
    close,
  };
}
