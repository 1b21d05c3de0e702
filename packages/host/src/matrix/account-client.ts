import { setTimeout as delay } from "node:timers/promises";
import type { RoomKey } from "@rookery/crypto/account";
import { MatrixError } from "matrix-bot-sdk";
import { reasonOf } from "../errors.ts";
import {
  type AccountEncryption,
  createAccountEncryption,
  type EncryptionPlace,
} from "./account-encryption.ts";
import type { HostMatrixClient } from "./client.ts";
import type { MatrixHttp } from "./http.ts";
import { clientOf, type UsedLogin } from "./login.ts";
import { createMemberNames, type MemberNames } from "./member-names.ts";
import { createRoomMembers, type RoomMembers } from "./room-members.ts";
import { readJoinedMembers, readMemberships, readRoomState } from "./room-state-requests.ts";
import { createRoomStates, KEPT_STATE, type RoomStates } from "./room-states.ts";
import {
  type Membership,
  type RoomEvent,
  type RoomTimeline,
  readSync,
  type SyncBatch,
} from "./sync-response.ts";

/** `offline`: the operator switched it off, and no loop runs. */
export type AccountStatus = "connecting" | "syncing" | "unreachable" | "blocked" | "offline";

/** What is observed of an account. */
export interface AccountState {
  status: AccountStatus;
  reason: string | null;
  lastSyncAt: number | null;
}

/** An account's one sync loop, however many instances use it. */
export interface AccountClient {
  readonly client: HostMatrixClient;
  readonly names: MemberNames;
  readonly roomStates: RoomStates;
  readonly roomMembers: RoomMembers;
  /** Goes on when the loop has stopped, until it is closed. */
  readonly encryption: AccountEncryption;
  readonly state: Readonly<AccountState>;
  /**
   * Resolves when what waited for this device at the homeserver is taken in, the keys of what was said meanwhile above
   * all; also when the account stops.
   */
  keysAreIn(): Promise<void>;
  /** Aborted when the account stops. */
  readonly signal: AbortSignal;
  /** Syncs at once, instead of waiting for the homeserver: a request elsewhere was told that the login is gone. */
  recheck(): void;
  /** Ends the loop; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

export interface AccountClientOptions {
  account: UsedLogin & { syncToken: string | null };
  http: MatrixHttp;
  /** Where its encryption is kept. */
  encryptionPlace: EncryptionPlace;
  /** What waited for these keys can be decrypted now. */
  onRoomKeys?: (keys: RoomKey[]) => void;
  /** Called with each batch before the next sync; it must have stored the batch when it returns. */
  onSync: (since: string | null, batch: SyncBatch) => void;
  /** The homeserver no longer accepts the login: the loop has ended. */
  onBlocked: () => void;
  /** Its status or the reason for it is another one. */
  onState?: () => void;
  /** Something went wrong that the loop survives. */
  onError: (message: string, error: unknown) => void;
}

const POLL_MS = 30_000;
const FIRST_RETRY_MS = 250;
/** A homeserver that came back is noticed within two seconds, also where the machine is busy. */
const LAST_RETRY_MS = 1_200;

/** Lazy-loaded members: the names of those who spoke, not of everybody in a large room. */
const FILTER = JSON.stringify({
  presence: { types: [] },
  account_data: { types: [] },
  room: {
    timeline: { limit: 50, lazy_load_members: true },
    state: { types: ["m.room.member", ...KEPT_STATE], lazy_load_members: true },
    ephemeral: { types: [] },
    account_data: { types: [] },
  },
});

/** Starts syncing an account. */
export function startAccountClient(options: AccountClientOptions): AccountClient {
  const { account, http, onSync, onBlocked, onState = () => undefined, onError } = options;
  const { encryptionPlace: place, onRoomKeys = () => undefined } = options;
  const client = clientOf(account, http);
  const state: AccountState = { status: "connecting", reason: null, lastSyncAt: null };
  const stopping = new AbortController();
  /** Of the waiting sync alone. */
  let polling = new AbortController();
  const names = createMemberNames(async (roomId, userId) => {
    const content = (await client.getRoomStateEvent(roomId, "m.room.member", userId)) as {
      displayname?: unknown;
    };
    return typeof content.displayname === "string" ? content.displayname : null;
  });

  const roomStates = createRoomStates((roomId, type) => readRoomState(client, roomId, type));
  const roomMembers = createRoomMembers((roomId) => readJoinedMembers(client, roomId));

  const readers = createRoomMembers<Membership>((roomId) => readMemberships(client, roomId));
  const { userId, deviceId = "" } = account;
  const encryption = createAccountEncryption({
    ...{ userId, deviceId, client, place, states: roomStates, readers, onRoomKeys, onError },
  });

  function remember(batch: SyncBatch): void {
    for (const { roomId, eventId } of batch.redacted) roomStates.redacted(roomId, eventId);
    for (const { roomId, type, state } of batch.states) roomStates.set(roomId, type, state);
    // Whose members are loaded lazily is told of those who spoke only.
    for (const { roomId, limited } of batch.timeline) if (limited) forgetMembers(roomId);
    for (const { roomId, userId, isJoined, isInvited, displayName } of batch.members) {
      names.set(roomId, userId, displayName);
      roomMembers.set(roomId, userId, isJoined, displayName);
      readers.set(roomId, userId, isJoined || isInvited, isJoined ? "join" : "invite");
    }
    for (const roomId of batch.left) {
      roomStates.forget(roomId);
      forgetMembers(roomId);
    }
  }

  let keysIn: PromiseWithResolvers<void> | null = Promise.withResolvers<void>();
  function areKeysIn(areIn: boolean): void {
    if (areIn) keysIn?.resolve();
    keysIn = areIn ? null : (keysIn ?? Promise.withResolvers<void>());
  }

  function forgetMembers(roomId: string): void {
    roomMembers.forget(roomId);
    readers.forget(roomId);
  }

  /** The batch as it can be read, when its sync was taken in for the account's encryption. */
  async function decrypted(response: unknown, batch: SyncBatch): Promise<SyncBatch> {
    await encryption.handleSync(response, batch);
    if (!batch.hasEncryption) return batch;
    const isOwn = ({ type, sender }: RoomEvent) => type === "m.room.encrypted" && sender === userId;
    const read = async (room: RoomTimeline) => ({
      ...room,
      ...(await encryption.decrypt(
        room.roomId,
        room.events.filter((event) => !isOwn(event)),
      )),
    });
    return { ...batch, timeline: await Promise.all(batch.timeline.map(read)) };
  }

  /** `undefined` once the account stops. A race with one promise for all syncs would be kept with each of them. */
  function unlessStopped<T>(work: Promise<T>): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    const stop = () => resolve(undefined);
    stopping.signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => stopping.signal.removeEventListener("abort", stop));
    return promise;
  }

  async function loop(): Promise<void> {
    let since = account.syncToken;
    let failures = 0;
    let atOnce = true;
    while (!stopping.signal.aborted) {
      try {
        // After a failure the first answer is wanted at once: it tells that the homeserver is back.
        const timeoutMs = atOnce || failures > 0 ? 0 : POLL_MS;
        const { signal } = polling;
        const response = await client.sync({ since, filter: FILTER, timeoutMs, signal });
        if (stopping.signal.aborted) return;
        const received = readSync(response, account.userId);
        remember(received);
        const isPlain = encryption.state.status === "unused" && !received.hasEncryption;
        if (isPlain) encryption.publishedKeys.soon(response);
        // Encryption may wait for the homeserver, too.
        const batch = isPlain ? received : await unlessStopped(decrypted(response, received));
        if (stopping.signal.aborted || !batch) return;
        areKeysIn(!batch.hasMoreForDevice);
        onSync(since, batch);
        since = batch.nextBatch;
        failures = 0;
        atOnce = batch.hasMoreForDevice;
        state.lastSyncAt = Date.now();
        turn("syncing", null);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (polling.signal.aborted) {
          polling = new AbortController();
          atOnce = true;
          continue;
        }
        if (error instanceof MatrixError && error.errcode === "M_UNKNOWN_TOKEN") {
          const reason = `The homeserver no longer accepts the login of ${account.userId}. Log in again.`;
          turn("blocked", reason);
          onError(reason, error);
          onBlocked();
          return;
        }
        if (failures === 0) onError(`Syncing ${account.userId} failed; trying again until it works.`, error);
        turn("unreachable", reasonOf(error));
        await pause(failures++, error);
      }
    }
  }

  async function pause(failures: number, error: unknown): Promise<void> {
    const asked = error instanceof MatrixError ? (error.retryAfterMs ?? 0) : 0;
    const own = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS) * (0.75 + Math.random() / 2);
    // That it is cut short by the end is what the signal is for.
    await delay(Math.max(asked, own), undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  /** What is so already is not told anew with each sync. */
  function turn(status: AccountState["status"], reason: string | null): void {
    if (state.status === status && state.reason === reason) return;
    Object.assign(state, { status, reason });
    onState();
  }

  const running = loop();
  return {
    client,
    names,
    roomStates,
    roomMembers,
    encryption,
    state,
    keysAreIn: async () => await keysIn?.promise,
    signal: stopping.signal,
    recheck: () => polling.abort(),
    async stop() {
      stopping.abort();
      polling.abort();
      areKeysIn(true);
      await running;
    },
  };
}
