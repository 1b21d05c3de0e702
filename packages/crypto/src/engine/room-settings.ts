import {
  CollectStrategy,
  EncryptionAlgorithm,
  EncryptionSettings,
  HistoryVisibility,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import { parse, RoomEncryption } from "./parse.ts";

/** Who gets the room key: all devices of the members, or only those that their owners have signed. */
export type DevicePolicy = "all" | "cross-signed";

/** What the encryption of an event depends on, as the room's state has it at that moment. */
export interface Room {
  roomId: string;
  /** All who may read: those who joined, and the invited where the history's visibility lets them. */
  members: string[];
  /** The content of `m.room.encryption`. */
  encryption: unknown;
  /** Of `m.room.history_visibility`; `shared` where the room has none. */
  historyVisibility?: string;
  /** Who of them gets the key now, whatever the account was opened with. */
  devices?: DevicePolicy;
}

const MEGOLM = "m.megolm.v1.aes-sha2";

const VISIBILITY: Record<string, HistoryVisibility> = {
  invited: HistoryVisibility.Invited,
  joined: HistoryVisibility.Joined,
  shared: HistoryVisibility.Shared,
  world_readable: HistoryVisibility.WorldReadable,
};

/**
 * A room's settings for the machine: an object that one call consumes.
 *
 * @throws `UNSUPPORTED_ALGORITHM`, `BAD_DATA`
 */
export function encryptionSettings(room: Room, policy: DevicePolicy): EncryptionSettings {
  const said = parse(RoomEncryption, room.encryption, `m.room.encryption of ${room.roomId}`);
  if (said.algorithm !== MEGOLM) {
    throw new CryptoError("UNSUPPORTED_ALGORITHM", `${room.roomId}: ${said.algorithm}`);
  }
  const settings = new EncryptionSettings();
  settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
  settings.historyVisibility = VISIBILITY[room.historyVisibility ?? "shared"] ?? HistoryVisibility.Joined;
  settings.sharingStrategy =
    (room.devices ?? policy) === "all"
      ? CollectStrategy.allDevices()
      : CollectStrategy.identityBasedStrategy();
  const { rotation_period_ms: ms, rotation_period_msgs: messages } = said;
  // The room says milliseconds, the machine wants microseconds.
  if (isPeriod(ms)) settings.rotationPeriod = BigInt(ms) * 1000n;
  if (isPeriod(messages)) settings.rotationPeriodMessages = BigInt(messages);
  return settings;
}

const isPeriod = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
