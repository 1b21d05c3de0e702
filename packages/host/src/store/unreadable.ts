import { AppError } from "../errors.ts";
import { createAccountStore } from "./accounts.ts";
import type { Db } from "./database.ts";
import { createInstanceSecrets, type SealedSecrets } from "./instance-secrets.ts";
import { createPluginVersionStore } from "./plugin-versions.ts";
import { createReplacedLoginStore } from "./replaced-logins.ts";
import type { SecretBox } from "./secret-box.ts";

/** What the key in use does not open. */
export interface Unreadable {
  /** User IDs whose login is lost, or what encrypts their messages on the disk. */
  accounts: string[];
  /** Secret settings, by JSON pointer into the instance's config. */
  settings: { instance: string; pointer: string }[];
}

/** A token that no homeserver takes: the account then waits for a login, as after any that was revoked. */
const NO_TOKEN = "lost-with-its-key";

/** What a lost key leaves behind. */
export function createUnreadable(db: Db, box: SecretBox) {
  const accountStore = createAccountStore(db, box);
  const secretsOf = createInstanceSecrets(box);
  const accounts = db.prepare<[], { id: string; user_id: string; homeserver_url: string; sealed: number }>(
    "SELECT id, user_id, homeserver_url, crypto_key IS NOT NULL AS sealed FROM account ORDER BY user_id",
  );
  const instances = db.prepare<[], { id: string; secrets: string }>(
    "SELECT id, secrets FROM instance ORDER BY id",
  );
  const setSecrets = db.prepare("UPDATE instance SET secrets = ? WHERE id = ?");
  const forgetEncryption = db.prepare("UPDATE account SET crypto_key = NULL WHERE id = ?");
  const versions = createPluginVersionStore(db);

  const lostAccounts = () =>
    accounts
      .all()
      .filter(
        ({ id, sealed }) =>
          !opens(() => accountStore.get(id)) || (sealed === 1 && !opens(() => accountStore.cryptoKey(id))),
      );
  /** The secrets of an instance that open, and the pointers of those that do not. */
  function sorted(instance: string, secrets: SealedSecrets) {
    const isReadable = ([pointer, secret]: [string, SealedSecrets[string]]) =>
      opens(() => secretsOf.open(instance, pointer, secret));
    const { kept = [], lost = [] } = Object.groupBy(Object.entries(secrets), (entry) =>
      isReadable(entry) ? "kept" : "lost",
    );
    return { kept: Object.fromEntries(kept), lost: lost.map(([pointer]) => pointer) };
  }

  function find(): Unreadable {
    return {
      accounts: lostAccounts().map(({ user_id }) => user_id),
      settings: instances
        .all()
        .flatMap(({ id, secrets }) =>
          sorted(id, JSON.parse(secrets) as SealedSecrets).lost.map((pointer) => ({ instance: id, pointer })),
        ),
    };
  }

  const forget = db.transaction((): Unreadable => {
    const found = find();
    for (const { id, user_id: userId, homeserver_url: homeserverUrl } of lostAccounts()) {
      // Another device, so that nothing is sought under its name.
      accountStore.setLogin({ id, userId, homeserverUrl, deviceId: "", accessToken: NO_TOKEN });
      forgetEncryption.run(id);
    }
    for (const { id, secrets } of instances.all()) {
      const { kept, lost } = sorted(id, JSON.parse(secrets) as SealedSecrets);
      if (lost.length > 0) setSecrets.run(JSON.stringify(kept), id);
    }
    for (const version of versions.list()) {
      const readable = version.instances.map((one) => ({
        ...one,
        secrets: sorted(one.id, one.secrets).kept,
      }));
      versions.put({ ...version, instances: readable });
    }
    if (!opens(() => createReplacedLoginStore(db, box).list())) db.exec("DELETE FROM replaced_login");
    // Answers to creations open with the key of who asked, too; they are kept for a day at most.
    if (found.accounts.length > 0 || found.settings.length > 0) db.exec("DELETE FROM kept_answer");
    return found;
  });

  return { find, forget: () => forget.immediate() };
}

function opens(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "SECRET_UNREADABLE") return false;
    throw error;
  }
}
