import { type RoomKeyInfo, RoomMessageRequest } from "@matrix-org/matrix-sdk-crypto-wasm";
import { Value } from "typebox/value";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { secretStorage } from "../secret-storage/account-data.ts";
import { askedKeys } from "./asked-keys.ts";
import { backup, type Recovered } from "./backup.ts";
import { inTime } from "./deadline.ts";
import { type Decryption, decrypt } from "./decrypting.ts";
import { type EncryptedContent, encrypting } from "./encrypting.ts";
import { identity, SECRETS } from "./identity.ts";
import { inRoom } from "./in-room.ts";
import { lasting } from "./lasting.ts";
import { leftBy } from "./left-by.ts";
import { locks } from "./locks.ts";
import { type Account, openMachine } from "./machine.ts";
import { EncryptedEvent, parse, SessionEvent, SyncChanges, TimelineEvent } from "./parse.ts";
import { receiving } from "./receiving.ts";
import { send } from "./requests.ts";
import type { DevicePolicy, Room } from "./room-settings.ts";
import type { Verification } from "./shown-verification.ts";
import {
  isOfVerification,
  type RoomEventOf,
  type VerificationPartner,
  type VerificationStep,
  verifications,
} from "./verification.ts";

const BACKUP_SECRET = "m.megolm_backup.v1";

/** A room key that has come, or that the backup has not: what waited for it is to be decrypted again. */
export interface RoomKey {
  roomId: string;
  sessionId: string;
}

export interface CryptoStatus {
  userId: string;
  deviceId: string;
  /** The device's Ed25519 key: what people compare. */
  fingerprint: string;
  /** Has the account an identity at all, as far as this device was told? */
  identityExists: boolean;
  /** Are the private keys of the account's identity here? */
  hasIdentity: boolean;
  /** Is this device signed by the account's identity? */
  isVerified: boolean;
  /** Are room keys backed up, and how many of how many are? */
  backup: { isOn: boolean; backedUp: number; total: number };
}

/**
 * What an account does with encryption. All of it can throw `HUNG`, `STORE` and `STORE_FAILED`; whoever has it in a thread ends
 * the thread then.
 */
export interface Crypto {
  /**
   * Takes in what a `/sync` response has for encryption. Save the sync's token only after this has resolved.
   *
   * @param sync the response itself, or the parts of it that parse.ts names
   */
  handleSync(sync: unknown): Promise<void>;
  /** Sends what waits to be sent (keys, queries, requests). Call it after each sync; errors mean: again, later. */
  outgoing(): Promise<void>;
  /** Encrypts for the room as it is now; gives the content of an `m.room.encrypted`. */
  encrypt(room: Room, type: string, content: object): Promise<EncryptedContent>;
  /** Where its key is not here, the account's other devices are asked for it, and the backup. */
  decrypt(roomId: string, event: object): Promise<Decryption>;
  /** See {@link Identity.bootstrap}. */
  bootstrapCrossSigning(password?: string): Promise<void>;
  /**
   * Puts the identity into the account's secret storage and makes a backup, which {@link backup} fills.
   *
   * @returns the recovery key, which is kept nowhere: show it once
   * @throws `NO_IDENTITY`, `RECOVERY_EXISTS`
   */
  setUpRecovery(): Promise<string>;
  /**
   * Makes this device one of the account's identity, and takes in the backup.
   *
   * @throws `WRONG_RECOVERY_KEY`, `NO_RECOVERY`
   */
  recover(recoveryKey: string): Promise<Recovered>;
  /**
   * Gives up the account's identity, secret storage and backup, and makes new ones: whoever verified the account sees a
   * warning, and the recovery key of before is of no use any more. Only for when somebody has said that they want that.
   *
   * @param password where the homeserver asks for it
   * @returns the new recovery key, which is kept nowhere: show it once
   * @throws `PASSWORD_NEEDED`, `APPROVAL_NEEDED`, `APPROVAL_UNKNOWN`
   */
  resetIdentity(password?: string): Promise<string>;
  /**
   * Takes over what the account's device before has left: its room keys, and its part in the identity and the backup, so
   * that this device is verified where that one was. Nothing may use that file any more.
   *
   * @param file that device's, under the same store key
   */
  takeOver(file: string): Promise<void>;
  /** Sends to the backup what it has not yet. */
  backup(): Promise<void>;
  status(): Promise<CryptoStatus>;
  /** Verifications by emoji that are under way; one that has ended stays until the next one begins. */
  verifications(): Promise<Verification[]>;
  /** Asks for one. @throws `NO_IDENTITY` where the other side has none */
  requestVerification(partner: VerificationPartner): Promise<Verification>;
  /** What the people on this side say. @throws `NO_VERIFICATION` */
  stepVerification(id: string, step: VerificationStep): Promise<Verification>;
  /** Closes the file. In a thread, what is under way is waited for. */
  close(): Promise<void>;
}

export interface CryptoOptions extends Account {
  http: Http;
  /** Default: `all`, as Element does it. */
  devices?: DevicePolicy;
  onRoomKeys?: (keys: RoomKey[]) => void;
  /** Whenever one of them goes on: all of them. */
  onVerifications?: (now: Verification[]) => void;
}

/** What a sync has of verifications in rooms, where it was not encrypted. */
const saidInTheClear = ({ rooms }: SyncChanges): RoomEventOf[] =>
  Object.entries(rooms?.join ?? {}).flatMap(([roomId, { timeline }]) =>
    (timeline?.events ?? []).flatMap((event) =>
      Value.Check(TimelineEvent, event) && isOfVerification(event) ? { roomId, event } : [],
    ),
  );

/** Somebody gave that identity up meanwhile: the one that there is now is to be recovered. */
function unlessReset(error: unknown): void {
  if (!(error instanceof CryptoError && error.code === "NO_RECOVERY")) throw error;
}

/**
 * Opens an account's encryption in this thread, which gets an `indexedDB`: mean `openCrypto` of the worker.
 *
 * @throws `STORE`, `STORE_FAILED`
 */
export async function openEngine(options: CryptoOptions): Promise<Crypto> {
  const { http, userId, deviceId, devices = "all" } = options;
  const { machine, storeFailure, close } = await openMachine(options);
  const ordered = locks();
  const own = identity(machine, http, options);
  const storage = secretStorage(http, userId);
  const copies = backup(machine, http);
  machine.registerRoomKeyUpdatedCallback(async (keys: RoomKeyInfo[]) => {
    options.onRoomKeys?.(keys.map(({ roomId, sessionId }) => ({ roomId: roomId.toString(), sessionId })));
  });

  const asked = askedKeys(machine, http, ordered, (key) => options.onRoomKeys?.([key]));

  const { receive, receiveNothing } = receiving(machine);
  const requests = () => inTime("outgoing", machine.outgoingRequests());
  /** Two at once would send the same request twice. */
  const outgoing = () =>
    ordered.run("outgoing", async () => {
      for (const request of await requests()) {
        if (!(request instanceof RoomMessageRequest)) await send(machine, http, request);
      }
    });
  const { encrypt } = encrypting(machine, http, ordered, devices, outgoing);
  const said = inRoom(machine, http, encrypt);
  const emoji = verifications(machine, http, options, said, receiveNothing, (now) =>
    options.onVerifications?.(now),
  );
  /** What a verification says in a room is encrypted there, for which the other requests have to be out. */
  const outgoingInRooms = () =>
    ordered.run("outgoing in rooms", async () => {
      for (const request of await requests()) {
        if (request instanceof RoomMessageRequest) await said.deliver(request);
      }
    });
  async function sendAll(): Promise<void> {
    await outgoing();
    await outgoingInRooms();
    emoji.tell();
  }
  /** A step, and what the machine has to say to it. */
  async function taking<T>(work: () => Promise<T>): Promise<T> {
    const result = await verifying(work);
    await sendAll();
    return result;
  }
  /** One step after the other. */
  const verifying = <T>(work: () => Promise<T>) => ordered.run("verification", work);
  /** Setting up twice at once would make two identities. */
  const alone = <T>(work: () => Promise<T>) => ordered.run("identity", work);

  const engine: Crypto = {
    handleSync: (sync) =>
      ordered.run("sync", async () => {
        const changes = parse(SyncChanges, sync, "/sync");
        const toDevice = changes.to_device?.events ?? [];
        await emoji.prepare(toDevice);
        await receive(changes);
        await verifying(() => emoji.proceed(toDevice, saidInTheClear(changes)));
      }),
    outgoing: sendAll,
    encrypt,
    async decrypt(roomId, event) {
      const decryption = await decrypt(machine, roomId, event);
      const failure = decryption.isDecrypted ? undefined : storeFailure();
      if (failure) throw failure;
      if (decryption.isDecrypted && Value.Check(EncryptedEvent, event)) {
        const { type, content } = decryption;
        const clear = { roomId, event: { ...event, type, content } };
        if (isOfVerification(clear.event)) await taking(() => emoji.takeInRoom(clear));
      }
      if (decryption.isDecrypted || !Value.Check(SessionEvent, event)) return decryption;
      if (!["missing-key", "later-key"].includes(decryption.reason)) return decryption;
      const isAsked = await asked.ask(roomId, event.content.session_id);
      return { ...decryption, mayCome: decryption.mayCome || isAsked };
    },
    bootstrapCrossSigning: (password) => alone(() => own.bootstrap(password)),
    setUpRecovery: () =>
      alone(async () => {
        if (await storage.exists()) throw new CryptoError("RECOVERY_EXISTS", userId);
        const secrets = await own.secrets();
        // Nothing that can fail comes after it: the key would be known to nobody.
        return await storage.create({ ...secrets, [BACKUP_SECRET]: await copies.create() });
      }),
    resetIdentity: (password) =>
      alone(async () => {
        await own.replace(password);
        const secrets = await own.secrets();
        return await storage.create({ ...secrets, [BACKUP_SECRET]: await copies.create() });
      }),
    recover: (recoveryKey) =>
      alone(async () => {
        const secrets = await storage.read(recoveryKey, [...Object.values(SECRETS), BACKUP_SECRET]);
        await own.adopt(secrets);
        const key = secrets.get(BACKUP_SECRET);
        return key === undefined ? { total: 0, imported: 0, failed: 0 } : await copies.restore(key);
      }),
    takeOver: (file) =>
      alone(async () => {
        const { roomKeys, secrets, backup: used } = await leftBy({ ...options, file });
        await copies.take(roomKeys);
        // It has to be known before it can be signed.
        await outgoing();
        if (secrets.size > 0) await own.adopt(secrets).catch(unlessReset);
        if (used) await copies.goOn(used.privateKey, used.version);
      }),
    verifications: async () => emoji.list(),
    requestVerification: (partner) => taking(() => emoji.request(partner)),
    stepVerification: (id, step) => taking(() => emoji.step(id, step)),
    backup: () => ordered.run("backup", copies.upload),
    async status() {
      const { exists, isOnThisDevice, isVerified } = await own.status();
      const { total, backedUp } = await inTime("counts", machine.roomKeyCounts());
      return {
        userId,
        deviceId,
        fingerprint: machine.identityKeys.ed25519.toBase64(),
        identityExists: exists,
        hasIdentity: isOnThisDevice,
        isVerified,
        backup: { isOn: await inTime("backup", machine.isBackupEnabled()), backedUp, total },
      };
    },
    close,
  };
  return lasting(engine, storeFailure);
}
