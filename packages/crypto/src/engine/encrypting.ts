import { type OlmMachine, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import type { Http } from "../http.ts";
import { inTime } from "./deadline.ts";
import type { Locks } from "./locks.ts";
import { send } from "./requests.ts";
import { type DevicePolicy, encryptionSettings, type Room } from "./room-settings.ts";

/** The content of an `m.room.encrypted`. */
export type EncryptedContent = Record<string, unknown>;

export interface Encrypting {
  encrypt(room: Room, type: string, content: object): Promise<EncryptedContent>;
}

/** Shares a room's key with all who may read, and encrypts: one event at a time in a room. */
export function encrypting(
  machine: OlmMachine,
  http: Http,
  locks: Locks,
  policy: DevicePolicy,
  outgoing: () => Promise<void>,
): Encrypting {
  const tracked = new Set<string>();

  async function track(members: string[]): Promise<void> {
    const isNew = members.some((member) => !tracked.has(member));
    if (isNew) {
      await inTime("track users", machine.updateTrackedUsers(userIds(members)));
      for (const member of members) tracked.add(member);
    }
    // Also what a sync brought: a device that came just now is to get the key.
    await outgoing();
  }

  async function claim(members: string[]): Promise<void> {
    const request = await inTime("missing sessions", machine.getMissingSessions(userIds(members)));
    if (request) await send(machine, http, request);
  }

  /** Whom to trust is for the account's own identity to say; the machine's error tells nobody what to do. */
  async function needIdentity(roomId: string): Promise<void> {
    const { hasSelfSigning } = await inTime("cross-signing status", machine.crossSigningStatus());
    if (!hasSelfSigning)
      throw new CryptoError("NO_IDENTITY", `${roomId}: its keys go to signed devices only`);
  }

  async function share(room: Room): Promise<void> {
    // Made first: what is wrong with the room's settings is said before anything is sent.
    const settings = encryptionSettings(room, policy);
    if ((room.devices ?? policy) === "cross-signed") await needIdentity(room.roomId);
    await track(room.members);
    // One-time keys are claimed for all rooms in turn, since two rooms may want the same device's.
    await locks.run("claim", () => claim(room.members));
    const roomId = new RoomId(room.roomId);
    const requests = await inTime(
      "share the room key",
      machine.shareRoomKey(roomId, userIds(room.members), settings),
    );
    for (const request of requests) await send(machine, http, request);
  }

  return {
    // With another event in between, the key that was shared could be used up: encrypting then panics.
    encrypt: (room, type, content) =>
      locks.run(`room ${room.roomId}`, async () => {
        await share(room);
        const roomId = new RoomId(room.roomId);
        const encrypted = await inTime(
          "encrypt",
          machine.encryptRoomEvent(roomId, type, JSON.stringify(content)),
        );
        return JSON.parse(encrypted) as EncryptedContent;
      }),
  };
}

/** Fresh ones for each call, which consumes them. */
const userIds = (members: string[]): UserId[] => members.map((member) => new UserId(member));
