import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";
import type { SealedEvent } from "../matrix/account-encryption.ts";
import type { HostMatrixClient } from "../matrix/client.ts";
import { readRoomState } from "../matrix/room-state-requests.ts";
import type { KnownRooms } from "./accounts.ts";

/**
 * An event in another user's name: they have no device here that could encrypt.
 *
 * @param rooms those of the account, whose syncs keep it told of them
 * @param as the user, who is in the room
 * @throws AppError `ENCRYPTION_FAILED` in a room that is encrypted; MatrixError
 */
export async function sealAs(
  account: { userId: string; rooms: KnownRooms; client: HostMatrixClient },
  as: string,
  event: SealedEvent & { roomId: string },
): Promise<SealedEvent> {
  const { roomId, type, content } = event;
  // Where the account is not in the room, or no more, it is not told that the room turned encrypted.
  const isEncrypted = (await isIn(account, roomId))
    ? await account.rooms.isEncrypted(roomId)
    : (await readRoomState(account.client, roomId, "m.room.encryption", as)) !== null;
  if (!isEncrypted) return { type, content };
  throw new AppError(
    "ENCRYPTION_FAILED",
    `${roomId} is encrypted, and ${as} is a user of an application service, without a device that could encrypt. Nothing was sent: use a room that is not encrypted.`,
  );
}

async function isIn(
  { userId, rooms }: { userId: string; rooms: KnownRooms },
  roomId: string,
): Promise<boolean> {
  try {
    return (await rooms.members.get(roomId)).has(userId);
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === "M_FORBIDDEN") return false;
    throw error;
  }
}
