import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";
import type { SealedEvent } from "../matrix/account-encryption.ts";
import type { HostMatrixClient } from "../matrix/client.ts";
import { readRoomState } from "../matrix/room-state-requests.ts";
import type { KnownRooms } from "./accounts.ts";
import type { Seal } from "./room-bound-client.ts";

/**
 * An event in another user's name. They have no device of their own: it is the account's that encrypts, which must be in
 * the room, so as to know who may read there. Readers' clients say that the device is not the sender's.
 *
 * @param rooms those of the account, whose syncs keep it told of them
 * @param as the user, who is in the room
 * @throws AppError `ENCRYPTION_FAILED` in a room that is encrypted and the account not in; MatrixError
 */
export async function sealAs(
  account: { userId: string; rooms: KnownRooms; client: HostMatrixClient; seal: Seal },
  as: string,
  event: SealedEvent & { roomId: string },
): Promise<SealedEvent> {
  const { userId, client, seal } = account;
  const { roomId, type, content } = event;
  if (await isIn(account, roomId)) return await seal(roomId, type, content);
  // It is not told that the room turned encrypted.
  const isEncrypted = (await readRoomState(client, roomId, "m.room.encryption", as)) !== null;
  if (!isEncrypted) return { type, content };
  throw new AppError(
    "ENCRYPTION_FAILED",
    `${roomId} is encrypted, and ${userId}, by whose device what ${as} says is encrypted, is not in it. Nothing was sent: invite ${userId} there.`,
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
