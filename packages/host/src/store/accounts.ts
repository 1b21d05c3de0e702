import type { Db } from "./database.ts";
import type { SecretBox } from "./secret-box.ts";

/** A Matrix login, its token in clear: it stays inside the host. */
export interface AccountRow {
  id: string;
  userId: string;
  deviceId: string;
  homeserverUrl: string;
  accessToken: string;
  syncToken: string | null;
  createdAt: number;
}

interface Row {
  id: string;
  user_id: string;
  device_id: string;
  homeserver_url: string;
  access_token: Buffer;
  sync_token: string | null;
  created_at: number;
}

export type AccountStore = ReturnType<typeof createAccountStore>;

export function createAccountStore(db: Db, box: SecretBox) {
  const all = db.prepare<[], Row>("SELECT * FROM account ORDER BY created_at, id");
  const byId = db.prepare<[string], Row>("SELECT * FROM account WHERE id = ?");
  const byUser = db.prepare<[string], Row>("SELECT * FROM account WHERE user_id = ?");
  const insert = db.prepare(
    "INSERT INTO account (id, user_id, device_id, homeserver_url, access_token, sync_token, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const relogin = db.prepare(
    "UPDATE account SET device_id = ?, homeserver_url = ?, access_token = ? WHERE id = ?",
  );
  const move = db.prepare("UPDATE account SET homeserver_url = ? WHERE substr(user_id, -length(?)) = ?");
  const remove = db.prepare("DELETE FROM account WHERE id = ?");
  const purpose = (userId: string) => `the login of ${userId}`;

  const toAccount = (row: Row): AccountRow => ({
    id: row.id,
    userId: row.user_id,
    deviceId: row.device_id,
    homeserverUrl: row.homeserver_url,
    accessToken: box.open(row.access_token, purpose(row.user_id)),
    syncToken: row.sync_token,
    createdAt: row.created_at,
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
    insert({ id, userId, deviceId, homeserverUrl, accessToken, syncToken, createdAt }: AccountRow) {
      const sealed = box.seal(accessToken, purpose(userId));
      insert.run(id, userId, deviceId, homeserverUrl, sealed, syncToken, createdAt);
    },
    /** A new login of the same user goes on from the old sync token. */
    setLogin(account: Pick<AccountRow, "id" | "userId" | "deviceId" | "homeserverUrl" | "accessToken">) {
      const sealed = box.seal(account.accessToken, purpose(account.userId));
      relogin.run(account.deviceId, account.homeserverUrl, sealed, account.id);
    },
    /** A homeserver that is found under another address now. */
    moveServer: (serverName: string, url: string) => void move.run(url, `:${serverName}`, `:${serverName}`),
    remove: (id: string) => void remove.run(id),
  };
}
