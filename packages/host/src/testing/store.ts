import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { type Db, openDatabase } from "../store/database.ts";
import type { Arrival, NewDelivery } from "../store/inbox.ts";
import type { InboxBoundOptions } from "../store/inbox-bound.ts";
import { createStore, type Store } from "../store/index.ts";
import { createSecretBox, type SecretBox } from "../store/secret-box.ts";

/** The folder of the migrations in the source tree. */
export const MIGRATIONS = new URL("../store/migrations/", import.meta.url).pathname;

/** The real store, in memory or in a file, that closes with the test. */
export function openTestStore(
  file = ":memory:",
  box: SecretBox = createSecretBox(randomBytes(32)),
  bounds: InboxBoundOptions = {},
): Store & { db: Db } {
  const db = openDatabase(file, MIGRATIONS);
  const store = createStore(db, box, bounds);
  onTestFinished(() => store.close());
  return { ...store, db };
}

/** A sync that brought deliveries and nothing else. */
export function arrivalOf(accountId: string, syncToken: string, deliveries: NewDelivery[]): Arrival {
  return { accountId, syncToken, deliveries, gaps: [], joins: [], skipped: new Map() };
}

/** Puts an account, a plugin and instances of it into a store: what an inbox needs to be filled. */
export function addInstances(store: Store, ids: string[]): void {
  store.accounts.insert({
    id: "account",
    userId: "@bot:test",
    deviceId: "DEVICE",
    homeserverUrl: "http://127.0.0.1:1",
    accessToken: "secret",
    syncToken: null,
    createdAt: 1,
  });
  store.plugins.put({
    id: "org.example.test",
    version: "1.0.0",
    sha256: "00",
    size: 1,
    manifest: {
      id: "org.example.test",
      version: "1.0.0",
      name: "Test",
      description: "A test",
      license: "MIT",
      rookery: "*",
      main: "plugin.js",
    },
    granted: {},
    installedAt: 1,
    signer: null,
  });
  for (const id of ids) {
    const instance = { id, pluginId: "org.example.test", accountId: "account", config: {}, enabled: true };
    store.instances.insert({ ...instance, createdAt: 1 });
  }
}
