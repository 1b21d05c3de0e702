import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openCrypto } from "@rookery/crypto/account";
import type { EncryptionPlace } from "../matrix/account-encryption.ts";
import { createLimit } from "../matrix/limit.ts";
import type { AccountRow, AccountStore } from "../store/accounts.ts";
import type { EncryptedRoomStore } from "../store/encrypted-rooms.ts";

/** Where the encryption of each account is kept: a file in the account's folder, its key among the host's secrets. */
export interface EncryptionPlaces {
  of(account: Pick<AccountRow, "id" | "userId" | "deviceId">): EncryptionPlace;
  /** An account that is gone takes its folder with it. */
  remove(accountId: string): void;
}

/** A start is over by then, and what is set up anew stands. */
const PUBLISH_AFTER_MS = 30_000;

/**
 * @param directory the accounts' folders; no backup has them, since an old copy would use keys a second time
 * @param worker the bundle of an account's thread
 */
export function createEncryptionPlaces(options: {
  directory: string;
  worker: string;
  accounts: Pick<AccountStore, "get" | "cryptoKey">;
  rooms: EncryptedRoomStore;
  /** A verification of one of them goes on. */
  onVerifications?: () => void;
  publishAfterMs?: number;
}): EncryptionPlaces {
  const { directory, worker, accounts, rooms, onVerifications = () => undefined } = options;
  const { publishAfterMs = PUBLISH_AFTER_MS } = options;
  const inTurn = createLimit(1);
  const folderOf = (accountId: string) => join(directory, accountId);

  return {
    of({ id, userId, deviceId }) {
      const folder = folderOf(id);
      const name = fileName(deviceId);
      const file = join(folder, name);
      const atRestMark = markOf(file);
      return {
        isThere: () => existsSync(file),
        isResting: () => existsSync(file) && existsSync(atRestMark),
        before: () => filesBefore(folder, name),
        forget: (before) => remove(before),
        publishAfterMs,
        inTurn,
        open({ http, onRoomKeys = () => undefined, onWarning = () => undefined, atRest = false }) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          removeResting(folder, name);
          // Before the file is made: after a crash it rests, too.
          if (atRest) writeFileSync(atRestMark, "", { mode: 0o600 });
          else rmSync(atRestMark, { force: true });
          const storeKey = accounts.cryptoKey(id);
          return openCrypto({
            ...{ userId, deviceId, file, storeKey, worker: pathToFileURL(worker) },
            ...{ http, onRoomKeys, onVerifications, onWarning },
          });
        },
        knowsRooms: () => rooms.hasAny(id),
        roomSettings: (roomId) => rooms.get(id, roomId),
        setRoomSettings: (roomId, settings) => rooms.set(id, roomId, settings),
        devices: () => accounts.get(id)?.encryptFor ?? "all",
      };
    },
    remove: (accountId) => rmSync(folderOf(accountId), { recursive: true, force: true }),
  };
}

/** A device ID may hold anything. */
const fileName = (deviceId: string) =>
  `encryption-${createHash("sha256").update(deviceId).digest("hex").slice(0, 16)}.db`;

/** Those of devices that the account had before. */
function filesBefore(folder: string, name: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((each) => /^encryption-.*\.db$/.test(each) && each !== name);
  return files
    .map((each) => join(folder, each))
    .filter((file) => !existsSync(markOf(file)))
    .toSorted((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs);
}

/** Of those, the ones in which nothing is but the keys of a device that is logged out. */
function removeResting(folder: string, name: string): void {
  for (const each of readdirSync(folder)) {
    const file = join(folder, each.replace(/\.at-rest$/, ""));
    if (each.endsWith(".at-rest") && !each.startsWith(name)) remove(file);
  }
}

/** With what SQLite has beside it. The mark goes last: a file without it is taken for one that was in use. */
function remove(file: string): void {
  for (const each of [file, `${file}-wal`, `${file}-shm`, markOf(file)]) rmSync(each, { force: true });
}

const markOf = (file: string) => `${file}.at-rest`;
