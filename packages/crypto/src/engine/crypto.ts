import type { Http } from "../http.ts";
import type { Recovered } from "./backup.ts";
import type { Decryption } from "./decrypting.ts";
import type { EncryptedContent } from "./encrypting.ts";
import type { Account } from "./machine.ts";
import type { DevicePolicy, Room } from "./room-settings.ts";
import type { Verification } from "./shown-verification.ts";
import type { VerificationPartner, VerificationStep } from "./verification.ts";

/** A room key that has come, or that was asked of the backup in vain: what waited for it is to be decrypted again. */
export interface RoomKey {
  roomId: string;
  sessionId: string;
}

export interface CryptoStatus {
  userId: string;
  deviceId: string;
  /** The device's Ed25519 key: what people compare. */
  fingerprint: string;
  /** Has the account an identity at all, as far as this device was told? */
  identityExists: boolean;
  /** Are the private keys of the account's identity here? */
  hasIdentity: boolean;
  /** Is this device signed by the account's identity? */
  isVerified: boolean;
  /** Are room keys backed up, and how many of how many are? */
  backup: { isOn: boolean; backedUp: number; total: number };
}

/**
 * What an account does with encryption. All of it can throw `HUNG`, `STORE` and `STORE_FAILED`; whoever has it in a thread ends
 * the thread then.
 */
export interface Crypto {
  /**
   * Takes in what a `/sync` response has for encryption. Save the sync's token only after this has resolved.
   *
   * @param sync the response itself, or the parts of it that parse.ts names
   * @throws `NO_ROOM`: nothing of it was taken in
   */
  handleSync(sync: unknown): Promise<void>;
  /**
   * Sends what waits to be sent (keys, queries, requests), and goes on with verifications. Call it after each sync, and
   * when an event of a verification was decrypted; errors mean: again, later.
   */
  outgoing(): Promise<void>;
  /** Encrypts for the room as it is now; gives the content of an `m.room.encrypted`. */
  encrypt(room: Room, type: string, content: object): Promise<EncryptedContent>;
  /** Where its key is not here, the account's other devices are asked for it, and the backup. */
  decrypt(roomId: string, event: object): Promise<Decryption>;
  /** See {@link Identity.bootstrap}. */
  bootstrapCrossSigning(password?: string): Promise<void>;
  /**
   * Puts the identity into the account's secret storage and makes a backup, which {@link backup} fills.
   *
   * @returns the recovery key, which is kept nowhere: show it once
   * @throws `NO_IDENTITY`, `RECOVERY_EXISTS`
   */
  setUpRecovery(): Promise<string>;
  /**
   * Makes this device one of the account's identity, and takes in the backup.
   *
   * @throws `WRONG_RECOVERY_KEY`, `NO_RECOVERY`
   */
  recover(recoveryKey: string): Promise<Recovered>;
  /**
   * Gives up the account's identity, secret storage and backup, and makes new ones: whoever verified the account sees a
   * warning, and the recovery key of before is of no use any more. Only for when somebody has said that they want that.
   *
   * @param password where the homeserver asks for it
   * @returns the new recovery key, which is kept nowhere: show it once
   * @throws `PASSWORD_NEEDED`, `APPROVAL_NEEDED`, `APPROVAL_UNKNOWN`
   */
  resetIdentity(password?: string): Promise<string>;
  /**
   * Takes over what the account's device before has left: its room keys, and its part in the identity and the backup, so
   * that this device is verified where that one was. Nothing may use that file any more.
   *
   * @param file that device's, under the same store key
   */
  takeOver(file: string): Promise<void>;
  /** Sends to the backup what it has not yet. */
  backup(): Promise<void>;
  status(): Promise<CryptoStatus>;
  /** Verifications by emoji that are under way; one that has ended stays until the next one begins. */
  verifications(): Promise<Verification[]>;
  /** Asks for one. @throws `NO_IDENTITY` where the other side has none */
  requestVerification(partner: VerificationPartner): Promise<Verification>;
  /** What the people on this side say. @throws `NO_VERIFICATION` */
  stepVerification(id: string, step: VerificationStep): Promise<Verification>;
  /** Closes the file. In a thread, what is under way is waited for. */
  close(): Promise<void>;
}

export interface CryptoOptions extends Account {
  http: Http;
  /** Default: `all`, as Element does it. */
  devices?: DevicePolicy;
  onRoomKeys?: (keys: RoomKey[]) => void;
  /** Whenever one of them goes on: all of them. */
  onVerifications?: (now: Verification[]) => void;
  /** What somebody should know of who looks after the account: nobody waits for an answer to it. */
  onWarning?: (message: string) => void;
}
