import { type AccountStore, createAccountStore } from "./accounts.ts";
import { type ApiTokenStore, createApiTokenStore } from "./api-tokens.ts";
import { type AuditLog, createAuditLog } from "./audit-log.ts";
import { type CreatedRoomStore, createCreatedRoomStore } from "./created-rooms.ts";
import type { Db } from "./database.ts";
import { createDeclaredStore, type DeclaredStore } from "./declared.ts";
import { createDeliveryTraceStore, type DeliveryTraceStore } from "./delivery-traces.ts";
import { createEncryptedRoomStore, type EncryptedRoomStore } from "./encrypted-rooms.ts";
import { createHistoryStore, type HistoryStore } from "./history.ts";
import { createImpersonatedUserStore, type ImpersonatedUserStore } from "./impersonated-users.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { createInboxBound, type InboxBoundOptions } from "./inbox-bound.ts";
import { createInstanceStore, type InstanceStore } from "./instances.ts";
import { createKeptAnswerStore, type KeptAnswerStore } from "./kept-answers.ts";
import { createOverflowStore, type OverflowStore } from "./overflows.ts";
import { createPermissionUseStore, type PermissionUseStore } from "./permission-uses.ts";
import { createPluginVersionStore, type PluginVersionStore } from "./plugin-versions.ts";
import { createPluginStore, type PluginStore } from "./plugins.ts";
import { createReplacedLoginStore, type ReplacedLoginStore } from "./replaced-logins.ts";
import { createScheduleStore, type ScheduleStore } from "./schedules.ts";
import type { SecretBox } from "./secret-box.ts";
import { createSessionStore, type SessionStore } from "./sessions.ts";
import { createSettingStore, type SettingStore } from "./settings.ts";
import { createUserStore, type UserStore } from "./users.ts";
import { createWebhookStore, type WebhookStore } from "./webhooks.ts";

export interface Store {
  accounts: AccountStore;
  replacedLogins: ReplacedLoginStore;
  plugins: PluginStore;
  versions: PluginVersionStore;
  instances: InstanceStore;
  inbox: Inbox;
  /** What instances had no room for. */
  overflows: OverflowStore & { isFull(instanceId: string): boolean };
  /** What became of the last events. */
  traces: DeliveryTraceStore;
  history: HistoryStore;
  created: CreatedRoomStore;
  encryptedRooms: EncryptedRoomStore;
  /** Whom accounts acted as. */
  impersonated: ImpersonatedUserStore;
  uses: PermissionUseStore;
  schedules: ScheduleStore;
  webhooks: WebhookStore;
  users: UserStore;
  sessions: SessionStore;
  tokens: ApiTokenStore;
  audit: AuditLog;
  /** What creations were answered. */
  answers: KeptAnswerStore;
  settings: SettingStore;
  /** What the configuration declares. */
  declared: DeclaredStore;
  /** All of what is written in it, or nothing. */
  transaction<T>(write: () => T): T;
  close(): void;
}

/** All tables of the registry over one database. */
export function createStore(db: Db, box: SecretBox, bounds: InboxBoundOptions = {}): Store {
  const overflows = createOverflowStore(db);
  const bound = createInboxBound(db, overflows, bounds);
  const inbox = createInbox(db, bound);
  const instances = createInstanceStore(db, box);
  const accounts = createAccountStore(db, box);
  const impersonated = createImpersonatedUserStore(db);
  return {
    accounts: {
      ...accounts,
      remove(id) {
        accounts.remove(id);
        impersonated.forget(id);
      },
    },
    replacedLogins: createReplacedLoginStore(db, box),
    plugins: createPluginStore(db),
    versions: createPluginVersionStore(db),
    instances: {
      ...instances,
      remove(id) {
        instances.remove(id);
        // Its entries went with it; another instance may get its name.
        bound.forget(id);
      },
    },
    inbox,
    overflows: { ...overflows, isFull: bound.isFull },
    traces: createDeliveryTraceStore(db),
    history: createHistoryStore(db),
    created: createCreatedRoomStore(db),
    encryptedRooms: createEncryptedRoomStore(db),
    impersonated,
    uses: createPermissionUseStore(db),
    schedules: createScheduleStore(db, inbox),
    webhooks: createWebhookStore(db, inbox),
    users: createUserStore(db),
    sessions: createSessionStore(db),
    tokens: createApiTokenStore(db),
    audit: createAuditLog(db),
    answers: createKeptAnswerStore(db),
    settings: createSettingStore(db),
    declared: createDeclaredStore(db),
    transaction: (write) => db.transaction(write).immediate(),
    close: () => void db.close(),
  };
}
