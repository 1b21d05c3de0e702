import { KeysUploadRequest, type RoomKeyInfo } from "@matrix-org/matrix-sdk-crypto-wasm";
import { Value } from "typebox/value";
import { CryptoError } from "../errors.ts";
import { within } from "../http.ts";
import { secretStorage } from "../secret-storage/account-data.ts";
import { askedKeys } from "./asked-keys.ts";
import { backup } from "./backup.ts";
import type { Crypto, CryptoOptions } from "./crypto.ts";
import { inTime } from "./deadline.ts";
import { decrypt } from "./decrypting.ts";
import { encrypting } from "./encrypting.ts";
import { freeSpace } from "./free-space.ts";
import { isOfVerification, isToDevice, type RoomEventOf } from "./heard.ts";
import { identity, SECRETS } from "./identity.ts";
import { inRoom } from "./in-room.ts";
import { lasting } from "./lasting.ts";
import { leftBy } from "./left-by.ts";
import { locks } from "./locks.ts";
import { openMachine } from "./machine.ts";
import { EncryptedEvent, parse, SessionEvent, SyncChanges, TimelineEvent } from "./parse.ts";
import { receiving as receivingOf } from "./receiving.ts";
import { send } from "./requests.ts";
import { verifications } from "./verification.ts";
import { isWord } from "./words.ts";

const BACKUP_SECRET = "m.megolm_backup.v1";

/**
 * The machine writes a sync in two transactions. Were there room for the first only, a message that begins a session would
 * be lost: its one-time key is gone, and the session is not there.
 */
const ROOM_BYTES = 4 * 1024 * 1024;

/** So long one word of a verification is tried; then it waits, and all else goes on. */
const WORD_MS = 10_000;

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

  const asked = askedKeys({
    ...{ machine, http, locks: ordered },
    onAnswer: (key) => options.onRoomKeys?.([key]),
    onWarning: (message) => options.onWarning?.(message),
  });

  const receiving = receivingOf(machine);
  /** Two at once would send the same request twice. */
  const outgoing = () =>
    ordered.run("outgoing", async () => {
      for (const request of await inTime("outgoing", machine.outgoingRequests())) {
        if (isWord(request)) continue;
        const answer = await send(machine, http, request);
        if (request instanceof KeysUploadRequest) receiving.uploaded(answer);
      }
    });
  const { encrypt } = encrypting(machine, http, ordered, devices, outgoing);

  const hasty = within(WORD_MS, http);
  const emoji = verifications({
    ...{ machine, http: hasty, userId, receiving },
    inRoom: inRoom(machine, hasty, encrypting(machine, hasty, ordered, devices, outgoing).encrypt),
    onChange: (now) => options.onVerifications?.(now),
  });
  /** One step after the other. No sync waits for it: whoever refuses what is said in one would silence the account. */
  const verifying = <T>(work: () => Promise<T>) => ordered.run("verification", work);
  /** A step, and what else the machine wants sent then. */
  async function taking<T>(work: () => Promise<T>): Promise<T> {
    const result = await verifying(work);
    await outgoing();
    return result;
  }
  /** Setting up twice at once would make two identities. */
  const alone = <T>(work: () => Promise<T>) => ordered.run("identity", work);

  const engine: Crypto = {
    handleSync: (sync) =>
      ordered.run("sync", async () => {
        const { to_device, ...changes } = parse(SyncChanges, sync, "/sync");
        if (freeSpace(options.file) < ROOM_BYTES) throw new CryptoError("NO_ROOM", options.file);
        const { events = [] } = to_device ?? {};
        const others = events.filter((event) => !isToDevice(event));
        await receiving.receive({ ...changes, to_device: { events: others } });
        emoji.heard.addToDevice(events);
        emoji.heard.addOfRooms(...saidInTheClear(changes));
      }),
    async outgoing() {
      try {
        await verifying(emoji.goOn);
      } finally {
        await outgoing();
      }
    },
    encrypt,
    // In the order of the calls: what is said in a verification counts in its order only.
    decrypt: (roomId, event) =>
      ordered.run(`decrypt ${roomId}`, async () => {
        const decryption = await decrypt(machine, roomId, event);
        const failure = decryption.isDecrypted ? undefined : storeFailure();
        if (failure) throw failure;
        if (decryption.isDecrypted && Value.Check(EncryptedEvent, event)) {
          const { type, content } = decryption;
          const clear = { roomId, event: { ...event, type, content } };
          if (isOfVerification(clear.event)) emoji.heard.addOfRooms(clear);
        }
        if (decryption.isDecrypted || !Value.Check(SessionEvent, event)) return decryption;
        if (!["missing-key", "later-key"].includes(decryption.reason)) return decryption;
        const isAsked = await asked.ask(roomId, event.content.session_id);
        return { ...decryption, mayCome: decryption.mayCome || isAsked };
      }),
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
    async close() {
      asked.stop();
      await close();
    },
  };
  return lasting(engine, storeFailure);
}
