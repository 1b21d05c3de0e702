import type { AccountCrypto, Decryption } from "@rookery/crypto/account";
import type { RoomEvent } from "../sync-response.ts";
import { attempt, isOf } from "./attempts.ts";
import type { Opening } from "./opening.ts";
import type { Outgoing } from "./outgoing.ts";
import { isOfVerification } from "./verification-events.ts";

/** Events of a room, as far as they can be read. */
export interface ReadEvents {
  events: RoomEvent[];
  /** IDs of those whose key may still come. */
  awaited: ReadonlySet<string>;
}

/** See `AccountEncryption.decrypt`. */
export type Decrypt = (roomId: string, events: RoomEvent[]) => Promise<ReadEvents>;

type Read = Decryption | { isDecrypted: false; mayCome: boolean };

export function createDecrypt(options: {
  opening: Opening;
  outgoing: Outgoing;
  /** Was it in use before? */
  isThere: () => boolean;
  onError: (error: unknown) => void;
}): Decrypt {
  const { opening, outgoing, isThere, onError } = options;

  async function decryptOne(opened: AccountCrypto, roomId: string, event: RoomEvent): Promise<Read> {
    try {
      return await attempt(() => opened.decrypt(roomId, { ...event, room_id: roomId }));
    } catch (error) {
      onError(error);
      return { isDecrypted: false, mayCome: isOf(error, "STORE_FAILED") };
    }
  }

  /** What events are decrypted with. That it cannot be opened is told where that happens; of one that closes nobody waits for the answer. */
  async function toRead(): Promise<AccountCrypto | null> {
    const { status } = opening.state;
    const isOpening = status === "starting" && isThere();
    return status === "on" || isOpening ? await opening.crypto().catch(() => null) : null;
  }

  return async (roomId, events) => {
    if (!events.some(isEncryptedMessage)) return { events, awaited: new Set() };
    const awaited = new Set<string>();
    const opened = await toRead();
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
    // It asks for what is missing, and answers in verifications.
    if (awaited.size > 0 || read.some(isOfVerification)) outgoing.flush();
    return { events: read, awaited };
  };
}

/** A state event is never one, whatever it says of itself; a redacted one has nothing left. */
const isEncryptedMessage = ({ type, state_key, content }: RoomEvent): boolean =>
  type === "m.room.encrypted" && state_key === undefined && content.ciphertext !== undefined;
