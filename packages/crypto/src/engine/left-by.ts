import { CryptoError } from "../errors.ts";
import { openSqliteFile } from "../indexeddb/index.ts";
import { inTime } from "./deadline.ts";
import { SECRETS } from "./identity.ts";
import { type Account, openMachine } from "./machine.ts";

/** What a device leaves to the next one of its account. Its own keys and its ratchets end with it. */
export interface Left {
  /** As they are exported. */
  roomKeys: unknown[];
  /** The identity's private keys, by their names in the secret storage; none where they were not there. */
  secrets: ReadonlyMap<string, string>;
  backup: { privateKey: string; version: string } | null;
}

/** What the Rust implementation appends to the name that it is given. */
const SUFFIX = "/::matrix-sdk-crypto";

/** Which device's file it is. @throws CryptoError `STORE` where it is none of the user's */
async function deviceOf({ userId, file }: Pick<Account, "userId" | "file">): Promise<string> {
  const opened = openSqliteFile(file);
  const names = opened.schemas.names();
  await opened.close();
  const name = names.find((each) => each.startsWith(`${userId}/`) && each.endsWith(SUFFIX));
  if (name === undefined) throw new CryptoError("STORE", `${file} is no file of ${userId}`);
  return name.slice(userId.length + 1, -SUFFIX.length);
}

/** @throws `STORE`, `STORE_FAILED` */
export async function leftBy(account: Omit<Account, "deviceId">): Promise<Left> {
  const { machine, close } = await openMachine({ ...account, deviceId: await deviceOf(account) });
  try {
    const roomKeys = await inTime(
      "export room keys",
      machine.exportRoomKeys(() => true),
    );
    const keys = await inTime("export the identity", machine.exportCrossSigningKeys());
    const secrets = new Map<string, string>();
    for (const [name, key] of [
      [SECRETS.master, keys?.masterKey],
      [SECRETS.selfSigning, keys?.self_signing_key],
      [SECRETS.userSigning, keys?.userSigningKey],
    ] as const)
      if (key !== undefined) secrets.set(name, key);
    const { decryptionKey, backupVersion } = await inTime("the backup's key", machine.getBackupKeys());
    return {
      ...{ roomKeys: JSON.parse(roomKeys) as unknown[], secrets },
      backup:
        decryptionKey && backupVersion !== undefined
          ? { privateKey: decryptionKey.toBase64(), version: backupVersion }
          : null,
    };
  } finally {
    await close();
  }
}
