import { AppError } from "../errors.ts";
import { type AccountClient, type AccountState, startAccountClient } from "../matrix/account-client.ts";
import type { AccountEncryption, SealedEvent } from "../matrix/account-encryption.ts";
import type { HostMatrixClient } from "../matrix/client.ts";
import type { MatrixHttp } from "../matrix/http.ts";
import { clientOf } from "../matrix/login.ts";
import type { MemberNames } from "../matrix/member-names.ts";
import type { RoomMembers } from "../matrix/room-members.ts";
import type { RoomStates } from "../matrix/room-states.ts";
import type { SyncBatch } from "../matrix/sync-response.ts";
import type { AccountRow } from "../store/accounts.ts";
import type { EncryptionPlaces } from "./encryption-places.ts";
import type { Intake } from "./intake.ts";

/** The running sync loops: one for each account. */
export interface Accounts {
  /** Starts syncing an account that is to be online. Of another it is only known that it is the host's own. */
  start(account: AccountRow): void;
  stop(accountId: string): Promise<void>;
  /** Ends the syncs. What their instances still do is done with what is known, until `close`. */
  stopAll(): Promise<void>;
  close(): Promise<void>;
  state(accountId: string): AccountState;
  names(accountId: string): MemberNames | undefined;
  /** What is kept of the account's rooms. */
  rooms(accountId: string): KnownRooms;
  /** Its end-to-end encryption; `undefined` for one that is offline. */
  encryption(accountId: string): AccountEncryption | undefined;
  /** An event as the account sends it into a room: encrypted, where the room is. @throws as `AccountEncryption.seal` */
  seal(accountId: string, roomId: string, type: string, content: object): Promise<SealedEvent>;
  /** A Matrix client of an instance's own, on the account's login. */
  newClient(accountId: string): HostMatrixClient;
  /** Looks at once whether the account's login still holds. */
  recheck(accountId: string): void;
  /** Whether a Matrix user is one of the host's own. */
  isOwn(userId: string): boolean;
}

/** The rooms of an account, as its syncs keep them. */
export interface KnownRooms {
  states: RoomStates;
  members: RoomMembers;
  isEncrypted(roomId: string): Promise<boolean>;
  decrypt: AccountEncryption["decrypt"];
}

const OFFLINE: AccountState = {
  status: "offline",
  reason: "It was switched off. Its instances go on when it is online again.",
  lastSyncAt: null,
};
const STOPPED: AccountState = { status: "connecting", reason: null, lastSyncAt: null };

export function createAccounts(options: {
  http: MatrixHttp;
  intake: Intake;
  encryptions: EncryptionPlaces;
  /** The homeserver no longer accepts the account's login. */
  onBlocked: (accountId: string) => void;
  /** An account's status is another one. */
  onState?: (accountId: string) => void;
  /** It was invited, or is in other rooms than before. */
  onRooms?: (accountId: string) => void;
  onError: (message: string, error: unknown) => void;
}): Accounts {
  const { http, intake, encryptions, onBlocked, onState, onRooms, onError } = options;
  const running = new Map<string, { row: AccountRow; loop: AccountClient }>();
  /** Those that are offline, by ID. */
  const held = new Map<string, AccountRow>();
  const own = new Set<string>();

  async function stop(accountId: string): Promise<void> {
    const { userId } = held.get(accountId) ?? {};
    if (held.delete(accountId) && userId !== undefined) own.delete(userId);
    const found = running.get(accountId);
    if (!found) return;
    running.delete(accountId);
    own.delete(found.row.userId);
    await end(found.loop);
  }

  async function end(loop: AccountClient): Promise<void> {
    await loop.stop();
    await loop.encryption.close();
  }

  function get(accountId: string): AccountClient {
    const found = running.get(accountId);
    if (!found) throw new AppError("HOMESERVER_UNREACHABLE", "The account's client does not run.");
    return found.loop;
  }

  return {
    start(row) {
      // Two who log the same account in at once must not leave it two loops.
      const before = running.get(row.id);
      if (before) void end(before.loop);
      own.add(row.userId);
      if (!row.enabled) {
        held.set(row.id, row);
        return;
      }
      held.delete(row.id);
      const loop = startAccountClient({
        account: row,
        http,
        encryptionPlace: encryptions.of(row),
        onRoomKeys: (keys) => intake.keysCame(account, keys),
        onError,
        onBlocked: () => onBlocked(row.id),
        onState: () => onState?.(row.id),
        onSync(since, batch) {
          intake.take(account, since, batch);
          if (areOwnRooms(batch, row.userId)) onRooms?.(row.id);
        },
      });
      const account = {
        ...{ id: row.id, userId: row.userId, client: loop.client, signal: loop.signal },
        ...{ keysAreIn: loop.keysAreIn, decrypt: loop.encryption.decrypt },
      };
      running.set(row.id, { row, loop });
      intake.resume(account);
    },
    stop,
    async stopAll() {
      await Promise.all([...running.values()].map(({ loop }) => loop.stop()));
    },
    async close() {
      await Promise.all([...running.keys()].map(stop));
    },
    state: (accountId) => running.get(accountId)?.loop.state ?? (held.has(accountId) ? OFFLINE : STOPPED),
    names: (accountId) => running.get(accountId)?.loop.names,
    rooms(accountId) {
      const { roomStates, roomMembers, encryption } = get(accountId);
      const { isEncrypted, decrypt } = encryption;
      return { states: roomStates, members: roomMembers, isEncrypted, decrypt };
    },
    encryption: (accountId) => running.get(accountId)?.loop.encryption,
    seal: async (accountId, ...event) => await get(accountId).encryption.seal(...event),
    newClient(accountId) {
      const found = running.get(accountId);
      if (!found) throw new Error(`The account ${accountId} does not run.`);
      return clientOf(found.row, http);
    },
    recheck: (accountId) => running.get(accountId)?.loop.recheck(),
    isOwn: (userId) => own.has(userId),
  };
}

/** Whether a sync tells of an invitation, or of the account's own coming or going. */
const areOwnRooms = ({ invites, left, members }: SyncBatch, own: string) =>
  invites.length > 0 || left.length > 0 || members.some(({ userId }) => userId === own);
