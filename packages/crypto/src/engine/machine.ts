import { DeviceId, initAsync, OlmMachine, StoreHandle, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import { type IDBFactory, openSqliteFile, type SqliteFile, useIndexedDb } from "../indexeddb/index.ts";
import { inTime } from "./deadline.ts";

/** Whose encryption it is, and where it is kept. */
export interface Account {
  userId: string;
  deviceId: string;
  /** The SQLite file. Its directory is there already. Never put an old copy in its place: log in a new device. */
  file: string;
  /** 32 random bytes, kept apart from the file: the secrets in it are encrypted with them. */
  storeKey: Uint8Array;
}

export interface OpenMachine {
  machine: OlmMachine;
  /** Where the file did not take what it was to keep: the machine is ahead of it from then on. */
  storeFailure(): CryptoError | undefined;
  close(): Promise<void>;
}

/**
 * The account's OlmMachine on its file; the file is made where there is none.
 *
 * @throws `STORE`, `STORE_FAILED`
 */
export async function openMachine(account: Account): Promise<OpenMachine> {
  const { file } = account;
  const { factory, release } = useIndexedDb();
  let store: SqliteFile | undefined;
  const closeStore = async () => {
    await store?.close();
    release();
  };
  try {
    store = openSqliteFile(file);
    const machine = await openOn(factory, store, account);
    const opened = store;
    return {
      machine,
      storeFailure: () => opened.failure && storeError(file, opened.failure),
      async close() {
        machine.close();
        factory.unmount(prefix(account));
        await closeStore();
      },
    };
  } catch (error) {
    await closeStore();
    throw storeError(file, store?.failure ?? (error as Error));
  }
}

/** What the system or SQLite refuses may pass, as a full disk does; what the Rust implementation refuses does not. */
function storeError(file: string, cause: Error & { code?: unknown }): CryptoError {
  const isDamaged = typeof cause.code !== "string" || /^SQLITE_(CORRUPT|NOTADB)/.test(cause.code);
  return new CryptoError(isDamaged ? "STORE" : "STORE_FAILED", `${file}: ${cause.message}`, { cause });
}

const prefix = ({ userId, deviceId }: Account) => `${userId}/${deviceId}/`;

async function openOn(factory: IDBFactory, store: SqliteFile, account: Account): Promise<OlmMachine> {
  const name = prefix(account);
  factory.mount(name, store);
  try {
    await initAsync();
    // A copy, which the call may consume.
    const key = Uint8Array.from(account.storeKey);
    const handle = await inTime("open the store", StoreHandle.openWithKey(name, key));
    const [userId, deviceId] = [new UserId(account.userId), new DeviceId(account.deviceId)];
    return await inTime("open the account", OlmMachine.initFromStore(userId, deviceId, handle));
  } catch (error) {
    factory.unmount(name);
    throw error;
  }
}
