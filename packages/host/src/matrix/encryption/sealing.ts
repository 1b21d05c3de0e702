import { setTimeout as delay } from "node:timers/promises";
import type { AccountCrypto, DevicePolicy } from "@rookery/crypto/account";
import { checkContentSize } from "../event-size.ts";
import type { RoomMembers } from "../room-members.ts";
import type { RoomStates } from "../room-states.ts";
import type { Membership } from "../sync-response.ts";
import { attempt, isOf } from "./attempts.ts";
import type { RoomSettings } from "./room-settings.ts";

export interface SealedEvent {
  type: string;
  content: object;
}

/** See `AccountEncryption.seal`. */
export type Seal = (roomId: string, type: string, content: object) => Promise<SealedEvent>;

/** What a reaction relates to stands in the clear anyway, and homeservers count reactions: clients send them so. */
const IN_THE_CLEAR = new Set(["m.reaction"]);

const STORE_RETRY_MS = 1_000;

export function createSeal(options: {
  settingsOf: RoomSettings;
  states: RoomStates;
  /** Who may read what is said in a room now. */
  readers: RoomMembers<Membership>;
  devices: () => DevicePolicy;
  crypto: () => Promise<AccountCrypto>;
  /** The account ends. */
  signal: AbortSignal;
  /** The disk is full; it is told once for each event. */
  onWaiting: (error: unknown) => void;
  /** The error for who wanted it sent. */
  failed: (error: unknown) => unknown;
}): Seal {
  const { settingsOf, states, readers, devices, crypto, signal, onWaiting, failed } = options;

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
      ...{ roomId, members, encryption: settings, devices: devices() },
      ...(typeof historyVisibility === "string" ? { historyVisibility } : {}),
    };
    return await opened.encrypt(room, type, content);
  }

  /** What is to be said waits for a disk that is full, as it does for a homeserver that is away. */
  async function whenLasting<T>(call: () => Promise<T>): Promise<T> {
    for (let n = 0; ; n++) {
      try {
        return await call();
      } catch (error) {
        if (!isOf(error, "STORE_FAILED") || signal.aborted) throw error;
        if (n === 0) onWaiting(error);
        await delay(STORE_RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  return async (roomId, type, content) => {
    const settings = IN_THE_CLEAR.has(type) ? undefined : await settingsOf(roomId);
    if (settings === undefined) return { type, content };
    try {
      const sealed = await whenLasting(() => attempt(() => encrypt(roomId, settings, type, content)));
      // A text is a third longer then: the author's own check let it pass.
      checkContentSize(JSON.stringify(sealed).length, "Encrypted, the event's content");
      return { type: "m.room.encrypted", content: sealed };
    } catch (error) {
      throw failed(error);
    }
  };
}
