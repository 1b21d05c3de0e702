import { randomBytes } from "node:crypto";
import type { Db } from "./database.ts";
import type { SecretBox } from "./secret-box.ts";
import { sealedServiceToken } from "./service-token.ts";

/** Which invitations an account takes by itself; `allow` holds globs of user IDs (with an `@`) and of server names. */
export interface Autojoin {
  policy: "never" | "allow-list" | "always";
  allow: string[];
}

/** Whose devices get the keys of what an account says in encrypted rooms: all of a room's members', or those that their owners signed. */
export type EncryptFor = "all" | "cross-signed";

/** What an operator decides of an account beside its login. */
export interface AccountSettings {
  /** Whether it is to be online. */
  enabled: boolean;
  autojoin: Autojoin;
  /** What is put before a command; `roomPrefixes`: in these rooms something else. */
  prefix: string;
  roomPrefixes: Record<string, string>;
  encryptFor: EncryptFor;
}

export interface AccountRow extends AccountLogin, AccountSettings {
  /** What it is called in its rooms, as far as the host knows. */
  displayName: string | null;
}

/** A Matrix login, its token in clear: it stays inside the host. */
export interface AccountLogin {
  id: string;
  userId: string;
  deviceId: string;
  homeserverUrl: string;
  accessToken: string;
  /** Of the application service whose user it is. */
  serviceToken?: string | null;
  syncToken: string | null;
  createdAt: number;
  /** The host logged in by itself; it was handed no token that may be of somebody's session. */
  madeHere?: boolean;
}

interface Row {
  id: string;
  user_id: string;
  device_id: string;
  homeserver_url: string;
  access_token: Buffer;
  service_token: Buffer | null;
  sync_token: string | null;
  created_at: number;
  enabled: number;
  autojoin: string;
  prefix: string;
  room_prefixes: string;
  display_name: string | null;
  made_here: number;
  crypto_key: Buffer | null;
  encrypt_for: EncryptFor;
}

export type AccountStore = ReturnType<typeof createAccountStore>;

export function createAccountStore(db: Db, box: SecretBox) {
  const all = db.prepare<[], Row>("SELECT * FROM account ORDER BY created_at, id");
  const byId = db.prepare<[string], Row>("SELECT * FROM account WHERE id = ?");
  const byUser = db.prepare<[string], Row>("SELECT * FROM account WHERE user_id = ?");
  const insert = db.prepare(
    "INSERT INTO account (id, user_id, device_id, homeserver_url, access_token, service_token, sync_token, created_at, made_here) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const relogin = db.prepare(
    "UPDATE account SET device_id = ?, homeserver_url = ?, access_token = ?, service_token = ?, made_here = ? WHERE id = ?",
  );
  const settings = db.prepare(
    "UPDATE account SET enabled = ?, autojoin = ?, prefix = ?, room_prefixes = ?, encrypt_for = ? WHERE id = ?",
  );
  const rename = db.prepare("UPDATE account SET display_name = ? WHERE id = ?");
  const move = db.prepare("UPDATE account SET homeserver_url = ? WHERE substr(user_id, -length(?)) = ?");
  const remove = db.prepare("DELETE FROM account WHERE id = ?");
  const setCryptoKey = db.prepare("UPDATE account SET crypto_key = ? WHERE id = ?");
  const purpose = (userId: string) => `the login of ${userId}`;
  const service = sealedServiceToken(box);
  const cryptoPurpose = (userId: string) => `the encryption of ${userId}`;

  const toAccount = (row: Row): AccountRow => ({
    id: row.id,
    userId: row.user_id,
    deviceId: row.device_id,
    homeserverUrl: row.homeserver_url,
    accessToken: box.open(row.access_token, purpose(row.user_id)),
    serviceToken: service.open(row.user_id, row.service_token),
    syncToken: row.sync_token,
    createdAt: row.created_at,
    enabled: row.enabled === 1,
    autojoin: JSON.parse(row.autojoin) as Autojoin,
    prefix: row.prefix,
    roomPrefixes: JSON.parse(row.room_prefixes) as Record<string, string>,
    encryptFor: row.encrypt_for,
    displayName: row.display_name,
    madeHere: row.made_here === 1,
  });

  return {
    list: () => all.all().map(toAccount),
    get(id: string) {
      const row = byId.get(id);
      return row && toAccount(row);
    },
    byUserId(userId: string) {
      const row = byUser.get(userId);
      return row && toAccount(row);
    },
    insert({ id, userId, deviceId, homeserverUrl, accessToken, ...login }: AccountLogin) {
      const sealed = box.seal(accessToken, purpose(userId));
      const { serviceToken, syncToken, createdAt, madeHere = false } = login;
      const tokens = [sealed, service.seal(userId, serviceToken)] as const;
      insert.run(id, userId, deviceId, homeserverUrl, ...tokens, syncToken, createdAt, madeHere ? 1 : 0);
    },
    /** A new login of the same user goes on from the old sync token. */
    setLogin(account: Omit<AccountLogin, "syncToken" | "createdAt">) {
      const sealed = box.seal(account.accessToken, purpose(account.userId));
      const madeHere = account.madeHere ? 1 : 0;
      const tokens = [sealed, service.seal(account.userId, account.serviceToken)] as const;
      relogin.run(account.deviceId, account.homeserverUrl, ...tokens, madeHere, account.id);
    },
    setSettings(id: string, { enabled, autojoin, prefix, roomPrefixes, encryptFor }: AccountSettings) {
      const [joins, prefixes] = [JSON.stringify(autojoin), JSON.stringify(roomPrefixes)];
      settings.run(enabled ? 1 : 0, joins, prefix, prefixes, encryptFor, id);
    },
    /** The 32 bytes with which the account's encryption is sealed on the disk, made where there are none yet. */
    cryptoKey(id: string): Uint8Array {
      const row = byId.get(id);
      if (!row) throw new Error(`There is no account ${id}.`);
      if (row.crypto_key) return Buffer.from(box.open(row.crypto_key, cryptoPurpose(row.user_id)), "base64");
      const key = randomBytes(32);
      setCryptoKey.run(box.seal(key.toString("base64"), cryptoPurpose(row.user_id)), id);
      return key;
    },
    setDisplayName: (id: string, name: string | null) => void rename.run(name, id),
    /** A homeserver that is found under another address now. */
    moveServer: (serverName: string, url: string) => void move.run(url, `:${serverName}`, `:${serverName}`),
    remove: (id: string) => void remove.run(id),
  };
}
