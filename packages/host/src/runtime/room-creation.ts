import { createHash } from "node:crypto";
import { MatrixError } from "matrix-bot-sdk";
import type { HostMatrixClient } from "../matrix/client.ts";
import type { CreatedRoomStore } from "../store/created-rooms.ts";

/** In the room's `m.room.create` event: which write made it. */
const MARKER = "org.rookery.made_for";

export interface RoomCreation {
  instanceId: string;
  client: HostMatrixClient;
  created: CreatedRoomStore;
  /** Of the write that makes the room. */
  txnId: string;
  /** Repeats a request for as long as its failure passes. */
  answered: <T>(request: () => Promise<T>) => Promise<T>;
}

/**
 * Makes a room once for a write of a delivery, however often that runs. Matrix has no transaction ID
 * for it, so it is noted on the disk before the request that there may be a room, and after it which
 * one; and the room itself says what it was made for. Where an answer was lost, the room is looked
 * for among those that the account is in, before another one is made.
 *
 * @param body of `POST /createRoom`: https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3createroom
 */
export async function createRoomOnce(creation: RoomCreation, body: object): Promise<string> {
  const { instanceId, client, created, txnId, answered } = creation;
  const noted = created.get(txnId);
  if (typeof noted === "string") return noted;
  if (noted === undefined) created.begin(txnId, instanceId, Date.now());
  const marker = createHash("sha256").update(txnId).digest("base64url");
  let mayBeThere = noted === null;

  const roomId = await answered(async () => {
    const found = mayBeThere ? await findMarked(client, marker) : null;
    if (found !== null) return found;
    try {
      return await client.createRoom({ ...body, creation_content: { [MARKER]: marker } });
    } catch (error) {
      // What the homeserver refused is not there; what it did not answer, or failed at, may be.
      mayBeThere = !(error instanceof MatrixError) || error.statusCode >= 500;
      throw error;
    }
  });
  created.end(txnId, roomId);
  return roomId;
}

async function findMarked(client: HostMatrixClient, marker: string): Promise<string | null> {
  const rooms = await client.getJoinedRooms();
  for (const roomId of rooms.reverse()) {
    if ((await markerOf(client, roomId)) === marker) return roomId;
  }
  return null;
}

async function markerOf(client: HostMatrixClient, roomId: string): Promise<unknown> {
  try {
    const content = (await client.getRoomStateEvent(roomId, "m.room.create", "")) as Record<string, unknown>;
    return content[MARKER];
  } catch (error) {
    // It was left meanwhile.
    if (error instanceof MatrixError && (error.statusCode === 403 || error.statusCode === 404)) return null;
    throw error;
  }
}
