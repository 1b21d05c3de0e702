import type { AccountLogin } from "./accounts.ts";
import type { Db } from "./database.ts";
import type { SecretBox } from "./secret-box.ts";
import { sealedServiceToken } from "./service-token.ts";

/** A login of which another one took the place, its token in clear: it stays inside the host. */
export interface ReplacedLogin
  extends Pick<AccountLogin, "userId" | "deviceId" | "homeserverUrl" | "accessToken" | "serviceToken"> {
  replacedAt: number;
}

interface Row {
  user_id: string;
  device_id: string;
  homeserver_url: string;
  access_token: Buffer;
  service_token: Buffer | null;
  replaced_at: number;
}

export type ReplacedLoginStore = ReturnType<typeof createReplacedLoginStore>;

/** The logins that are still to be ended at their homeservers. */
export function createReplacedLoginStore(db: Db, box: SecretBox) {
  const all = db.prepare<[], Row>("SELECT * FROM replaced_login ORDER BY replaced_at");
  const insert = db.prepare(
    "INSERT OR REPLACE INTO replaced_login (user_id, device_id, homeserver_url, access_token, service_token, replaced_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const remove = db.prepare("DELETE FROM replaced_login WHERE user_id = ? AND device_id = ?");
  const purpose = (userId: string) => `the replaced login of ${userId}`;
  const service = sealedServiceToken(box);

  return {
    list: (): ReplacedLogin[] =>
      all.all().map((row) => ({
        userId: row.user_id,
        deviceId: row.device_id,
        homeserverUrl: row.homeserver_url,
        accessToken: box.open(row.access_token, purpose(row.user_id)),
        serviceToken: service.open(row.user_id, row.service_token),
        replacedAt: row.replaced_at,
      })),
    add({ userId, deviceId, homeserverUrl, accessToken, serviceToken, replacedAt }: ReplacedLogin) {
      const sealed = box.seal(accessToken, purpose(userId));
      insert.run(userId, deviceId, homeserverUrl, sealed, service.seal(userId, serviceToken), replacedAt);
    },
    remove: ({ userId, deviceId }: ReplacedLogin) => void remove.run(userId, deviceId),
  };
}
