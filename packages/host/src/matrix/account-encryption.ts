import { setTimeout as delay } from "node:timers/promises";
import {
  type AccountCrypto,
  CryptoError,
  type DevicePolicy,
  type Http,
  type HttpResponse,
  type RoomKey,
} from "@rookery/crypto/account";
import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";
import type { HostMatrixClient } from "./client.ts";
import { createPublishedKeys, type PublishedKeys, type RestingPlace } from "./published-keys.ts";
import { untilAnswered } from "./retry.ts";
import type { RoomMembers } from "./room-members.ts";
import type { RoomStates } from "./room-states.ts";
import type { Membership, RoomEvent, SyncBatch } from "./sync-response.ts";

/** Where an account's encryption is kept, and what is decided of it. */
export interface EncryptionPlace extends RestingPlace {
  /** Was it in use before? Then this device's keys are known to others. */
  isThere(): boolean;
  /** Are its keys made, and nothing else, since the account saw no encrypted room? */
  isResting(): boolean;
  /**
   * Opens it, or makes it. Its thread starts with the first call.
   *
   * @param atRest it stays as it is then: only its keys are made
   */
  open(options: { http: Http; onRoomKeys?: (keys: RoomKey[]) => void; atRest?: boolean }): AccountCrypto;
  /** The settings of rooms that are known to be encrypted. */
  roomSettings(roomId: string): object | undefined;
  setRoomSettings(roomId: string, settings: object): void;
  /** Whose devices get room keys now. */
  devices(): DevicePolicy;
}

/** `unused`: the account saw no encrypted room yet; its keys may be known. `unavailable`: `reason` says why. */
export interface EncryptionState {
  status: "unused" | "starting" | "on" | "unavailable";
  reason: string | null;
}

/** Events of a room, as far as they can be read. */
export interface ReadEvents {
  events: RoomEvent[];
  /** IDs of those whose key may still come. */
  awaited: ReadonlySet<string>;
}

/** An account's end-to-end encryption: it begins with the first encrypted room. */
export interface AccountEncryption {
  readonly state: EncryptionState;
  /** For as long as it is unused. */
  readonly publishedKeys: Pick<PublishedKeys, "soon">;
  /**
   * Takes in what a sync has for encryption, and begins with it where the sync shows an encrypted room. The sync's token
   * may be stored afterwards.
   *
   * @throws CryptoError `CRASHED`, `HUNG`: the same sync is to be taken in again
   */
  handleSync(response: unknown, batch: Pick<SyncBatch, "hasEncryption">): Promise<void>;
  /** Sends what waits to be sent, soon. */
  flush(): void;
  /** What is encrypted of a room's events is replaced by what it was. Never rejects. */
  decrypt(roomId: string, events: RoomEvent[]): Promise<ReadEvents>;
  /** What was encrypted once stays so, whatever the room's state says. */
  isEncrypted(roomId: string): Promise<boolean>;
  /**
   * An event as it is to be sent into a room as it is now.
   *
   * @throws AppError `ENCRYPTION_FAILED`; `HOMESERVER_UNREACHABLE` and MatrixError where it is to be tried again
   */
  seal(roomId: string, type: string, content: object): Promise<SealedEvent>;
  /**
   * All else that an account can do with encryption; begins with it.
   *
   * @throws AppError `ENCRYPTION_FAILED` where it is unavailable
   */
  crypto(): Promise<AccountCrypto>;
  /** Ends its thread; what is under way fails. */
  close(): Promise<void>;
}

export interface SealedEvent {
  type: string;
  content: object;
}

/** A sync does not wait longer for the first keys to be sent: the homeserver may be slow. */
const BEGINNING_MS = 10_000;
/** A to-device message that ends the thread each time must not keep the account from its syncs. */
const ATTEMPTS = 3;
const STORE_RETRY_MS = 1_000;
/** Room keys that came are backed up together. */
const BACKUP_AFTER_MS = 10_000;

export function createAccountEncryption(options: {
  userId: string;
  deviceId: string;
  client: HostMatrixClient;
  place: EncryptionPlace;
  states: RoomStates;
  /** Who may read what is said in a room now. */
  readers: RoomMembers<Membership>;
  /** What waited for these keys can be decrypted now. */
  onRoomKeys: (keys: RoomKey[]) => void;
  onError: (message: string, error: unknown) => void;
}): AccountEncryption {
  const { userId, deviceId, client, place, states, readers, onError } = options;
  const ending = new AbortController();
  let isResting = place.isResting();
  let status: EncryptionState["status"] = place.isThere() && !isResting ? "starting" : "unused";
  let reason: string | null = null;
  let opening: Promise<AccountCrypto> | undefined;
  let failures = 0;
  /** What the machine was last told of its one-time and fallback keys. */
  let keysTold = "";
  let revoked: MatrixError | null = null;
  let flushing: Promise<void> | undefined;
  let flushAgain = false;
  let backingUp: NodeJS.Timeout | undefined;
  /** When the first sync with encryption has waited long enough. */
  let beginning: Promise<undefined> | undefined;
  const encrypted = new Map<string, string>();
  if (deviceId === "") refuse("An application service's login has no device, so that it has no encryption.");

  const httpUntil = (signal: AbortSignal): Http => ({
    async request(method, path, body): Promise<HttpResponse> {
      try {
        const answer: unknown = await untilAnswered(signal, () => client.doRequest(method, path, null, body));
        revoked = null;
        return { status: 200, body: answer };
      } catch (error) {
        if (!(error instanceof MatrixError)) throw error;
        if (error.errcode === "M_UNKNOWN_TOKEN") revoked = error;
        return { status: error.statusCode, body: error.body };
      }
    },
  });
  const http = httpUntil(ending.signal);
  const publishedKeys = createPublishedKeys({
    ...{ place, httpUntil, signal: ending.signal },
    isUnused: () => status === "unused" && opening === undefined,
    // Whose the keys are that it has matters when there is something to read.
    mayHaveKeys: async (over) => place.isThere() || (await whyNot(over)) === null,
    onPublished() {
      isResting = true;
    },
    onError: (error) =>
      warn(
        "The keys of %s could not be told. That is done with its first encrypted room, or the next start.",
        error,
      ),
  });

  function refuse(why: string): AppError {
    [status, reason] = ["unavailable", why];
    return new AppError("ENCRYPTION_FAILED", why);
  }

  async function crypto(): Promise<AccountCrypto> {
    if (ending.signal.aborted) throw new CryptoError("CLOSED", userId);
    if (status === "unavailable") throw new AppError("ENCRYPTION_FAILED", reason ?? "");
    // It has the file.
    await publishedKeys.idle();
    opening ??= open();
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  async function open(): Promise<AccountCrypto> {
    status = "starting";
    if (!place.isThere()) await checkDevice();
    const opened = place.open({ http, onRoomKeys });
    try {
      await attempt(opened.status);
    } catch (error) {
      throw given(error);
    }
    status = "on";
    return opened;
  }

  /** A file that is of no use is given up, until there is another login. */
  function given(error: unknown): unknown {
    if (!isOf(error, "STORE")) return error;
    onError(`The encryption of ${userId} cannot be opened: its encrypted rooms cannot be read.`, error);
    return refuse(
      `${error.message} Log the account in again with its password: it is a new device then, with a file of its own.`,
    );
  }

  async function checkDevice(): Promise<void> {
    const why = await whyNot(http);
    if (why === null) return;
    onError(why, null);
    throw refuse(why);
  }

  /** Keys of this device that are not here are another client's, or those of before a backup was restored. */
  async function whyNot(over: Http): Promise<string | null> {
    const path = "/_matrix/client/v3/keys/query";
    const { status: code, body } = await over.request("POST", path, {
      device_keys: { [userId]: [deviceId] },
    });
    if (code === 404) return "The homeserver has no end-to-end encryption.";
    if (code !== 200) throw failed(new CryptoError("HOMESERVER", `${path}: ${code}`));
    const { device_keys } = body as { device_keys?: Record<string, Record<string, unknown>> };
    if (device_keys?.[userId]?.[deviceId] === undefined) return null;
    return `The device ${deviceId} of ${userId} has encryption keys that are not here: it is another client's, or was this host's before a backup was restored. Log the account in again with its password, so that it gets a device of its own.`;
  }

  function onRoomKeys(keys: RoomKey[]): void {
    options.onRoomKeys(keys);
    backingUp ??= setTimeout(() => {
      backingUp = undefined;
      void opening
        ?.then((opened) => opened.backup())
        .catch((error: unknown) => warn("Room keys of %s could not be backed up.", error));
    }, BACKUP_AFTER_MS).unref();
  }

  function warn(text: string, error: unknown): void {
    if (!ending.signal.aborted) onError(text.replace("%s", userId), error);
  }

  function failed(error: unknown): unknown {
    if (!(error instanceof CryptoError)) return error;
    if (error.code === "HOMESERVER" && revoked) return revoked;
    if (error.code === "CLOSED" || ending.signal.aborted) {
      return new AppError("HOMESERVER_UNREACHABLE", "The account's client does not run.", { cause: error });
    }
    return new AppError("ENCRYPTION_FAILED", error.message, { cause: error });
  }

  /** What ends the thread once may have been chance. */
  async function attempt<T>(call: () => Promise<T>): Promise<T> {
    for (let n = 1; ; n++) {
      try {
        return await call();
      } catch (error) {
        if (n === ATTEMPTS || !isCrash(error)) throw error;
      }
    }
  }

  /** What is to be said waits for a disk that is full, as it does for a homeserver that is away. */
  async function whenLasting<T>(call: () => Promise<T>): Promise<T> {
    for (let n = 0; ; n++) {
      try {
        return await call();
      } catch (error) {
        if (!isOf(error, "STORE_FAILED") || ending.signal.aborted) throw error;
        if (n === 0) warn("What %s has to say waits: it cannot be encrypted now.", error);
        await delay(STORE_RETRY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    }
  }

  async function settingsOf(roomId: string): Promise<object | undefined> {
    const content = (await states.get(roomId, "m.room.encryption"))?.content;
    if (typeof content?.algorithm !== "string") return place.roomSettings(roomId);
    const json = JSON.stringify(content);
    if (encrypted.get(roomId) !== json) {
      if (JSON.stringify(place.roomSettings(roomId)) !== json) place.setRoomSettings(roomId, content);
      encrypted.set(roomId, json);
    }
    return content;
  }

  async function encrypt(roomId: string, settings: object, type: string, content: object): Promise<object> {
    const opened = await crypto();
    const [visibility, readable] = await Promise.all([
      states.get(roomId, "m.room.history_visibility"),
      readers.get(roomId),
    ]);
    const historyVisibility = visibility?.content.history_visibility;
    const members = [...readable].flatMap(([member, membership]) =>
      membership === "join" || historyVisibility !== "joined" ? [member] : [],
    );
    const room = {
      ...{ roomId, members, encryption: settings, devices: place.devices() },
      ...(typeof historyVisibility === "string" ? { historyVisibility } : {}),
    };
    return await opened.encrypt(room, type, content);
  }

  /** What events are decrypted with. That it cannot be opened is told where that happens; of one that closes nobody waits for the answer. */
  async function toRead(): Promise<AccountCrypto | null> {
    const isOpening = status === "starting" && place.isThere();
    return status === "on" || isOpening ? await crypto().catch(() => null) : null;
  }

  async function decryptOne(opened: AccountCrypto, roomId: string, event: RoomEvent) {
    try {
      return await attempt(() => opened.decrypt(roomId, { ...event, room_id: roomId }));
    } catch (error) {
      warn("An event of a room of %s could not be decrypted.", error);
      return { isDecrypted: false as const, mayCome: isOf(error, "STORE_FAILED") };
    }
  }

  async function feed(changes: SyncChanges): Promise<void> {
    const told = JSON.stringify([
      changes.device_one_time_keys_count,
      changes.device_unused_fallback_key_types,
    ]);
    if (told === keysTold && !hasNews(changes)) return;
    const isFirst = status !== "on";
    // While it rested nobody looked at which devices the account has.
    const { changed = [], left = [] } = changes.device_lists ?? {};
    const now = isResting ? { ...changes, device_lists: { changed: [...changed, userId], left } } : changes;
    // What others send to a device that has keys comes once; one that has none yet is sent nothing.
    const opened = await (place.isThere() ? crypto() : inTime(crypto()));
    if (!opened) return;
    try {
      await opened.handleSync(now);
    } catch (error) {
      // Nothing of it is left out for a disk that is full.
      if (isOf(error, "STORE_FAILED")) throw error;
      if (isOf(error, "STORE")) throw given(error);
      if (++failures < ATTEMPTS) throw error;
      onError(
        `What a sync of ${userId} brought for its encryption could not be taken in, and is left out.`,
        error,
      );
    }
    failures = 0;
    isResting = false;
    keysTold = told;
    flush();
    // Whoever sees the account join is to find its keys.
    if (isFirst && flushing) await inTime(flushing);
  }

  const inTime = <T>(work: Promise<T>): Promise<T | undefined> => {
    beginning ??= delay(BEGINNING_MS, undefined, { ref: false });
    return Promise.race([work, beginning]);
  };

  function flush(): void {
    if (status !== "on" || ending.signal.aborted) return;
    if (flushing) {
      flushAgain = true;
      return;
    }
    flushing = crypto()
      .then((opened) => opened.outgoing())
      .catch((error: unknown) => warn("What %s has to tell other devices could not be sent.", error))
      .finally(() => {
        flushing = undefined;
        if (!flushAgain) return;
        flushAgain = false;
        flush();
      });
  }

  return {
    get state() {
      return { status, reason };
    },
    publishedKeys,
    crypto,
    flush,

    async handleSync(response, { hasEncryption }) {
      if (status === "unavailable" || (status === "unused" && !hasEncryption)) return;
      try {
        await feed(response as SyncChanges);
      } catch (error) {
        if (!(error instanceof AppError && error.code === "ENCRYPTION_FAILED")) throw error;
        // Plain rooms go on. Why it is unavailable was told.
        if (reason === null) warn("The encryption of %s could not begin; it is tried again.", error);
      }
    },

    async decrypt(roomId, events) {
      if (!events.some(isEncryptedMessage)) return { events, awaited: new Set() };
      const awaited = new Set<string>();
      const opened = await toRead();
      const read = await Promise.all(
        events.map(async (event) => {
          if (!isEncryptedMessage(event)) return event;
          if (!opened && status !== "unavailable") awaited.add(event.event_id);
          const decryption = opened && (await decryptOne(opened, roomId, event));
          if (!decryption) return event;
          if (decryption.isDecrypted) return { ...event, type: decryption.type, content: decryption.content };
          if (decryption.mayCome) awaited.add(event.event_id);
          return event;
        }),
      );
      // It asks for what is missing.
      if (awaited.size > 0) flush();
      return { events: read, awaited };
    },

    isEncrypted: async (roomId) => (await settingsOf(roomId)) !== undefined,

    async seal(roomId, type, content) {
      const settings = IN_THE_CLEAR.has(type) ? undefined : await settingsOf(roomId);
      if (settings === undefined) return { type, content };
      try {
        const sealed = await whenLasting(() => attempt(() => encrypt(roomId, settings, type, content)));
        return { type: "m.room.encrypted", content: sealed };
      } catch (error) {
        throw failed(error);
      }
    },

    async close() {
      ending.abort(new Error(`The encryption of ${userId} is closed.`));
      clearTimeout(backingUp);
      await publishedKeys.idle();
      // That it could not be opened was told to who wanted it.
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}

/** The parts of a sync that are looked at here: https://spec.matrix.org/latest/client-server-api/#extensions-to-sync-1 */
interface SyncChanges {
  to_device?: { events?: unknown[] };
  device_lists?: { changed?: unknown[]; left?: unknown[] };
  device_one_time_keys_count?: unknown;
  device_unused_fallback_key_types?: unknown;
  rooms?: { join?: Record<string, { timeline?: { events?: unknown[] } }> };
}

const hasNews = ({ to_device, device_lists, rooms }: SyncChanges): boolean =>
  [to_device?.events, device_lists?.changed, device_lists?.left].some(
    (list) => Array.isArray(list) && list.length > 0,
  ) || Object.values(rooms?.join ?? {}).some(({ timeline }) => timeline?.events?.some(isVerification));

/** Many clients verify in the clear, also where the room is encrypted. */
function isVerification(event: unknown): boolean {
  const { type, content } = (event ?? {}) as { type?: unknown; content?: { msgtype?: unknown } | null };
  const kind = type === "m.room.message" ? content?.msgtype : type;
  return typeof kind === "string" && kind.startsWith("m.key.verification.");
}

/** What a reaction relates to stands in the clear anyway, and homeservers count reactions: clients send them so. */
const IN_THE_CLEAR = new Set(["m.reaction"]);

/** A state event is never one, whatever it says of itself; a redacted one has nothing left. */
const isEncryptedMessage = ({ type, state_key, content }: RoomEvent): boolean =>
  type === "m.room.encrypted" && state_key === undefined && content.ciphertext !== undefined;

const isOf = (error: unknown, code: CryptoError["code"]): error is CryptoError =>
  error instanceof CryptoError && error.code === code;
const isCrash = (error: unknown) =>
  error instanceof CryptoError && (error.code === "CRASHED" || error.code === "HUNG");
