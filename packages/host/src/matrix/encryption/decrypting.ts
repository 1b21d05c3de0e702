import type { AccountCrypto, Decryption } from "@rookery/crypto/account";
import type { RoomEvent } from "../sync-response.ts";
import { attempt } from "./attempts.ts";
import type { Opening } from "./opening.ts";
import type { Outgoing } from "./outgoing.ts";

/** Events of a room, as far as they can be read. */
export interface ReadEvents {
  events: RoomEvent[];
  /** IDs of those whose key may still come. */
  awaited: ReadonlySet<string>;
}

/** See `AccountEncryption.decrypt`. */
export type Decrypt = (roomId: string, events: RoomEvent[]) => Promise<ReadEvents>;

export function createDecrypt(options: {
  opening: Opening;
  outgoing: Outgoing;
  onError: (error: unknown) => void;
}): Decrypt {
  const { opening, outgoing, onError } = options;

  async function decryptOne(
    opened: AccountCrypto,
    roomId: string,
    event: RoomEvent,
  ): Promise<Decryption | null> {
    try {
      return await attempt(() => opened.decrypt(roomId, { ...event, room_id: roomId }));
    } catch (error) {
      onError(error);
      return null;
    }
  }

  return async (roomId, events) => {
    if (!events.some(isEncryptedMessage)) return { events, awaited: new Set() };
    const awaited = new Set<string>();
    const opened = opening.state.status === "on" ? await opening.crypto() : null;
    const read = await Promise.all(
      events.map(async (event) => {
        if (!isEncryptedMessage(event)) return event;
        if (!opened && opening.state.status !== "unavailable") awaited.add(event.event_id);
        const decryption = opened && (await decryptOne(opened, roomId, event));
        if (!decryption) return event;
        if (decryption.isDecrypted) return { ...event, type: decryption.type, content: decryption.content };
        if (decryption.mayCome) awaited.add(event.event_id);
        return event;
      }),
    );
    // It asks for what is missing.
    if (awaited.size > 0) outgoing.flush();
    return { events: read, awaited };
  };
}

/** A state event is never one, whatever it says of itself; a redacted one has nothing left. */
const isEncryptedMessage = ({ type, state_key, content }: RoomEvent): boolean =>
  type === "m.room.encrypted" && state_key === undefined && content.ciphertext !== undefined;
