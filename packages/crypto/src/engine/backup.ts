import { BackupDecryptionKey, type OlmMachine, RoomId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { Static } from "typebox";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { backedUpKey } from "./backed-up-key.ts";
import { inTime } from "./deadline.ts";
import { BackedUpKeys, BackupVersion, NewBackupVersion, parse } from "./parse.ts";
import { CLIENT, ok, send } from "./requests.ts";

const VERSION = `${CLIENT}/room_keys/version`;

/** The rows that one call imports: it keeps the store's lock meanwhile. */
const IMPORTED_AT_ONCE = 500;

/** What came back from the backup. */
export interface Recovered {
  /** Room keys that were in it. */
  total: number;
  /** Of them, those that were new here. */
  imported: number;
  /** Of them, those that could not be read. */
  failed: number;
}

/** The room keys' copy on the homeserver: the machine encrypts, here is the HTTP. */
export interface Backup {
  /** Makes a new version, and backs up to it from now on. Gives its private key, for the secret storage. */
  create(): Promise<string>;
  /** Backs up to the version that another device of the account used, where that is the account's still. */
  goOn(privateKey: string, version: string): Promise<void>;
  /** Takes in room keys as they are exported. */
  take(exported: unknown[]): Promise<void>;
  /** Sends what is not backed up yet; nothing where there is no backup. */
  upload(): Promise<void>;
  /** Takes all keys of the backup in, and backs up to it from now on. */
  restore(privateKey: string): Promise<Recovered>;
}

export function backup(machine: OlmMachine, http: Http): Backup {
  async function use(key: BackupDecryptionKey, publicKey: string, version: string): Promise<void> {
    await inTime("enable the backup", machine.enableBackupV1(publicKey, version));
    // It consumes the key.
    await inTime("save the backup's key", machine.saveBackupDecryptionKey(key, version));
  }

  async function importKeys(rooms: [string, Map<string, unknown>][], version: string): Promise<number> {
    const keys = new Map(rooms.map(([room, sessions]) => [new RoomId(room), sessions]));
    const result = await inTime(
      "import room keys",
      machine.importBackedUpRoomKeys(keys, () => undefined, version),
    );
    return result.importedCount;
  }

  return {
    async create() {
      const key = BackupDecryptionKey.createRandomKey();
      const { publicKeyBase64, algorithm } = key.megolmV1PublicKey;
      const secret = key.toBase64();
      // Canonical JSON, as it has one property.
      const authData = { public_key: publicKeyBase64 };
      const signatures = await inTime("sign", machine.sign(JSON.stringify(authData)));
      const body = { algorithm, auth_data: { ...authData, signatures: JSON.parse(signatures.asJSON()) } };
      const made = ok(await http.request("POST", VERSION, body), VERSION);
      const { version } = parse(NewBackupVersion, made, VERSION);
      // What the backup before had is to be sent to this one, too.
      await inTime("disable the backup", machine.disableBackup());
      await use(key, publicKeyBase64, version);
      return secret;
    },

    async goOn(privateKey, version) {
      const response = await http.request("GET", VERSION);
      if (response.status === 404) return;
      const now = parse(BackupVersion, ok(response, VERSION), VERSION);
      const key = BackupDecryptionKey.fromBase64(privateKey);
      const { publicKeyBase64 } = key.megolmV1PublicKey;
      if (now.version === version && now.auth_data.public_key === publicKeyBase64)
        await use(key, publicKeyBase64, version);
    },

    async take(exported) {
      for (let at = 0; at < exported.length; at += IMPORTED_AT_ONCE) {
        const some = JSON.stringify(exported.slice(at, at + IMPORTED_AT_ONCE));
        await inTime(
          "import room keys",
          machine.importRoomKeys(some, () => undefined),
        );
      }
    },

    async upload() {
      for (;;) {
        const request = await inTime("back up", machine.backupRoomKeys());
        if (request === undefined) return;
        await send(machine, http, request);
      }
    },

    async restore(privateKey) {
      const response = await http.request("GET", VERSION);
      if (response.status === 404) return { total: 0, imported: 0, failed: 0 };
      const { version, auth_data } = parse(BackupVersion, ok(response, VERSION), VERSION);
      const key = BackupDecryptionKey.fromBase64(privateKey);
      if (key.megolmV1PublicKey.publicKeyBase64 !== auth_data.public_key) {
        throw new CryptoError("NO_RECOVERY", "the backup was made with another key than the stored one");
      }
      const path = `${CLIENT}/room_keys/keys?version=${encodeURIComponent(version)}`;
      const { rooms } = parse(BackedUpKeys, ok(await http.request("GET", path), path), path);
      const { sessions, total, failed } = decryptAll(key, rooms);
      let imported = 0;
      for (const batch of batches(sessions)) imported += await importKeys(batch, version);
      await use(key, auth_data.public_key, version);
      return { total, imported, failed };
    },
  };
}

interface Session {
  room: string;
  id: string;
  content: unknown;
}

function decryptAll(
  key: BackupDecryptionKey,
  rooms: Static<typeof BackedUpKeys>["rooms"],
): { sessions: Session[]; total: number; failed: number } {
  const sessions: Session[] = [];
  let failed = 0;
  for (const [room, { sessions: encrypted }] of Object.entries(rooms)) {
    for (const [id, row] of Object.entries(encrypted)) {
      try {
        sessions.push({ room, id, content: backedUpKey(key, id, row) });
      } catch {
        // One damaged key takes none of the others with it; it is counted, and told.
        failed++;
      }
    }
  }
  return { sessions, total: sessions.length + failed, failed };
}

function* batches(sessions: Session[]): Generator<[string, Map<string, unknown>][]> {
  for (let at = 0; at < sessions.length; at += IMPORTED_AT_ONCE) {
    const rooms = new Map<string, Map<string, unknown>>();
    for (const { room, id, content } of sessions.slice(at, at + IMPORTED_AT_ONCE)) {
      const ofRoom = rooms.get(room) ?? new Map<string, unknown>();
      rooms.set(room, ofRoom.set(id, content));
    }
    yield [...rooms];
  }
}
