import type { EncryptionPlace } from "../matrix/account-encryption.ts";

/** For accounts that see no encrypted room. */
export const NO_ENCRYPTION: EncryptionPlace = {
  isThere: () => false,
  before: () => [],
  forget: () => undefined,
  isResting: () => false,
  publishAfterMs: 60_000,
  inTurn: (work) => work(),
  open() {
    throw new Error("This test's account has no encryption.");
  },
  knowsRooms: () => false,
  roomSettings: () => undefined,
  setRoomSettings: () => undefined,
  devices: () => "all",
};
