import type { AccountCrypto, DevicePolicy } from "@rookery/crypto/account";
import type { RoomMembers } from "../room-members.ts";
import type { RoomStates } from "../room-states.ts";
import type { Membership } from "../sync-response.ts";
import { attempt } from "./attempts.ts";
import type { RoomSettings } from "./room-settings.ts";

export interface SealedEvent {
  type: string;
  content: object;
}

/** See `AccountEncryption.seal`. */
export type Seal = (roomId: string, type: string, content: object) => Promise<SealedEvent>;

/** What a reaction relates to stands in the clear anyway, and homeservers count reactions: clients send them so. */
const IN_THE_CLEAR = new Set(["m.reaction"]);

export function createSeal(options: {
  settingsOf: RoomSettings;
  states: RoomStates;
  /** Who may read what is said in a room now. */
  readers: RoomMembers<Membership>;
  devices: () => DevicePolicy;
  crypto: () => Promise<AccountCrypto>;
  /** The error for who wanted it sent. */
  failed: (error: unknown) => unknown;
}): Seal {
  const { settingsOf, states, readers, devices, crypto, failed } = options;

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

  return async (roomId, type, content) => {
    const settings = IN_THE_CLEAR.has(type) ? undefined : await settingsOf(roomId);
    if (settings === undefined) return { type, content };
    try {
      const sealed = await attempt(() => encrypt(roomId, settings, type, content));
      return { type: "m.room.encrypted", content: sealed };
    } catch (error) {
      throw failed(error);
    }
  };
}
