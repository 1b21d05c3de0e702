import { type AccountStore, createAccountStore } from "./accounts.ts";
import { type CreatedRoomStore, createCreatedRoomStore } from "./created-rooms.ts";
import type { Db } from "./database.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createInstanceStore, type InstanceStore } from "./instances.ts";
import { createPermissionUseStore, type PermissionUseStore } from "./permission-uses.ts";
import { createPluginVersionStore, type PluginVersionStore } from "./plugin-versions.ts";
import { createPluginStore, type PluginStore } from "./plugins.ts";
import { createScheduleStore, type ScheduleStore } from "./schedules.ts";
import type { SecretBox } from "./secret-box.ts";
import { createSettingStore, type SettingStore } from "./settings.ts";
import { createUserStore, type UserStore } from "./users.ts";
import { createWebhookStore, type WebhookStore } from "./webhooks.ts";

export interface Store {
  accounts: AccountStore;
  plugins: PluginStore;
  versions: PluginVersionStore;
  instances: InstanceStore;
  inbox: Inbox;
  created: CreatedRoomStore;
  uses: PermissionUseStore;
  schedules: ScheduleStore;
  webhooks: WebhookStore;
  users: UserStore;
  settings: SettingStore;
  /** All of what is written in it, or nothing. */
  transaction<T>(write: () => T): T;
  close(): void;
}

/** All tables of the registry over one database. */
export function createStore(db: Db, box: SecretBox): Store {
  const inbox = createInbox(db);
  return {
    accounts: createAccountStore(db, box),
    plugins: createPluginStore(db),
    versions: createPluginVersionStore(db),
    instances: createInstanceStore(db, box),
    inbox,
    created: createCreatedRoomStore(db),
    uses: createPermissionUseStore(db),
    schedules: createScheduleStore(db, inbox),
    webhooks: createWebhookStore(db, inbox),
    users: createUserStore(db),
    settings: createSettingStore(db),
    transaction: (write) => db.transaction(write).immediate(),
    close: () => void db.close(),
  };
}
