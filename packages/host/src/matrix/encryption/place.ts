import type { AccountCrypto, DevicePolicy, Http, RoomKey } from "@rookery/crypto/account";
import type { RestingPlace } from "./published-keys.ts";

/** Where an account's encryption is kept, and what is decided of it. */
export interface EncryptionPlace extends RestingPlace {
  /** Was it in use before? Then this device's keys are known to others. */
  isThere(): boolean;
  /** Files of the devices that the account had with earlier logins, the oldest first, if encryption was in use there. */
  before(): string[];
  /** What is in one of them is taken over, or is of no use. */
  forget(file: string): void;
  /** Are its keys made, and nothing else, since the account saw no encrypted room? */
  isResting(): boolean;
  /**
   * Opens it, or makes it. Its thread starts with the first call.
   *
   * @param atRest it stays as it is then: only its keys are made
   */
  open(options: {
    http: Http;
    onRoomKeys?: (keys: RoomKey[]) => void;
    onWarning?: (message: string) => void;
    atRest?: boolean;
  }): AccountCrypto;
  /** Is the account known to be in encrypted rooms? So it is after a restore, where its file is not there. */
  knowsRooms(): boolean;
  /** The settings of rooms that are known to be encrypted. */
  roomSettings(roomId: string): object | undefined;
  setRoomSettings(roomId: string, settings: object): void;
  /** Whose devices get room keys now. */
  devices(): DevicePolicy;
}
