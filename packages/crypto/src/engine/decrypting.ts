import {
  DecryptionErrorCode,
  DecryptionSettings,
  MegolmDecryptionError,
  type OlmMachine,
  RoomId,
  ShieldColor,
  TrustRequirement,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import { inTime } from "./deadline.ts";
import { DecryptedEvent, parse } from "./parse.ts";

/** An event that was decrypted, or why it was not. */
export type Decryption =
  | {
      isDecrypted: true;
      type: string;
      content: Record<string, unknown>;
      /** The device that made it, where it is known. */
      deviceId?: string;
      /** `none`: nothing speaks against it. `grey`: of a device that its owner has not signed, and the like. `red`: beware. */
      warning: "none" | "grey" | "red";
      warningText?: string;
    }
  | {
      isDecrypted: false;
      /** `later-key`: the key that is here opens later events only; what came before it is seldom given to anybody. */
      reason: "missing-key" | "later-key" | "untrusted" | "failed";
      /** Its key may still come: decrypt it again when `onRoomKeys` tells of it. */
      mayCome: boolean;
      /** Why the sender said that this device gets no key. */
      withheld?: string;
      message: string;
    };

const REASON: Partial<Record<DecryptionErrorCode, "missing-key" | "later-key" | "untrusted">> = {
  [DecryptionErrorCode.MissingRoomKey]: "missing-key",
  [DecryptionErrorCode.UnknownMessageIndex]: "later-key",
  [DecryptionErrorCode.MismatchedIdentityKeys]: "untrusted",
  [DecryptionErrorCode.UnknownSenderDevice]: "untrusted",
  [DecryptionErrorCode.UnsignedSenderDevice]: "untrusted",
  [DecryptionErrorCode.SenderIdentityVerificationViolation]: "untrusted",
  [DecryptionErrorCode.MismatchedSender]: "untrusted",
};

const WARNING = {
  [ShieldColor.None]: "none",
  [ShieldColor.Grey]: "grey",
  [ShieldColor.Red]: "red",
} as const;

/** @param event an `m.room.encrypted` as a sync has it */
export async function decrypt(machine: OlmMachine, roomId: string, event: object): Promise<Decryption> {
  try {
    const decrypted = await inTime(
      "decrypt",
      machine.decryptRoomEvent(
        JSON.stringify(event),
        new RoomId(roomId),
        // One call consumes it.
        new DecryptionSettings(TrustRequirement.Untrusted),
      ),
    );
    const { type, content } = parse(DecryptedEvent, JSON.parse(decrypted.event), "a decrypted event");
    const shield = decrypted.shieldState(false);
    const deviceId = decrypted.senderDevice?.toString();
    return {
      isDecrypted: true,
      type,
      content,
      ...(deviceId !== undefined && { deviceId }),
      warning: WARNING[shield.color],
      ...(shield.message !== undefined && { warningText: shield.message }),
    };
  } catch (error) {
    if (error instanceof CryptoError && error.code === "HUNG") throw error;
    if (error instanceof MegolmDecryptionError) {
      const { code, description, maybe_withheld: withheld } = error;
      const reason = REASON[code] ?? "failed";
      return {
        isDecrypted: false,
        reason,
        mayCome: reason === "missing-key" && withheld === undefined,
        message: description,
        ...(withheld !== undefined && { withheld }),
      };
    }
    // What is no encrypted event at all: its sender's mistake, not a failure of this account.
    return { isDecrypted: false, reason: "failed", mayCome: false, message: (error as Error).message };
  }
}
