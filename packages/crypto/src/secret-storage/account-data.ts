import { randomBytes } from "node:crypto";
import { Type } from "typebox";
import { parse } from "../engine/parse.ts";
import { CLIENT, ok } from "../engine/requests.ts";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { decodeRecoveryKey, encodeRecoveryKey } from "./recovery-key.ts";
import { decryptSecret, EncryptedSecret, encryptSecret, isKeyOf, keyCheck } from "./secret.ts";

const ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2";
const DEFAULT_KEY = "m.secret_storage.default_key";

const DefaultKey = Type.Object({ key: Type.String() });
const KeyDescription = Type.Object({ algorithm: Type.String(), iv: Type.String(), mac: Type.String() });
const StoredSecret = Type.Object({ encrypted: Type.Record(Type.String(), Type.Unknown()) });

/** Secrets in the account's data on the homeserver, encrypted with the recovery key. */
export interface SecretStorage {
  /** Has the account a recovery key? */
  exists(): Promise<boolean>;
  /**
   * Stores the secrets under a new recovery key, which becomes the account's.
   *
   * @returns the key, which is nowhere else: show it once
   */
  create(secrets: Record<string, string>): Promise<string>;
  /**
   * The secrets of these names that there are.
   *
   * @throws `WRONG_RECOVERY_KEY`, `NO_RECOVERY`
   */
  read(recoveryKey: string, names: readonly string[]): Promise<Map<string, string>>;
}

export function secretStorage(http: Http, userId: string): SecretStorage {
  const path = (type: string) =>
    `${CLIENT}/user/${encodeURIComponent(userId)}/account_data/${encodeURIComponent(type)}`;

  async function get(type: string): Promise<unknown> {
    const response = await http.request("GET", path(type));
    return response.status === 404 ? undefined : ok(response, path(type));
  }

  async function put(type: string, content: object): Promise<void> {
    ok(await http.request("PUT", path(type), content), path(type));
  }

  async function defaultKey(): Promise<string | undefined> {
    const content = await get(DEFAULT_KEY);
    // Clients that reset the recovery leave an empty object.
    const isUnset = content === undefined || Object.keys(content as object).length === 0;
    return isUnset ? undefined : parse(DefaultKey, content, DEFAULT_KEY).key;
  }

  return {
    exists: async () => (await defaultKey()) !== undefined,

    async create(secrets) {
      const key = randomBytes(32);
      const id = randomBytes(16).toString("hex");
      await put(`m.secret_storage.key.${id}`, { algorithm: ALGORITHM, ...keyCheck(key) });
      for (const [name, secret] of Object.entries(secrets)) {
        await put(name, { encrypted: { [id]: encryptSecret(key, name, secret) } });
      }
      // Last, so that what stopped half way counts as not begun.
      await put(DEFAULT_KEY, { key: id });
      return encodeRecoveryKey(key);
    },

    async read(recoveryKey, names) {
      const key = decodeRecoveryKey(recoveryKey);
      const id = await defaultKey();
      if (id === undefined) throw new CryptoError("NO_RECOVERY", userId);
      const type = `m.secret_storage.key.${id}`;
      const description = parse(KeyDescription, await get(type), type);
      if (description.algorithm !== ALGORITHM) throw new CryptoError("NO_RECOVERY", description.algorithm);
      if (!isKeyOf(key, description)) throw new CryptoError("WRONG_RECOVERY_KEY", userId);
      const secrets = new Map<string, string>();
      for (const name of names) {
        const content = await get(name);
        const encrypted = content && parse(StoredSecret, content, name).encrypted[id];
        if (encrypted) secrets.set(name, decryptSecret(key, name, parse(EncryptedSecret, encrypted, name)));
      }
      return secrets;
    },
  };
}
