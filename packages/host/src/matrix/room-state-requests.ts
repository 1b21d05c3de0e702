import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { MatrixError } from "matrix-bot-sdk";
import type { HostMatrixClient } from "./client.ts";
import type { KnownState } from "./room-states.ts";
import { isMembership, type Membership, readEvents } from "./sync-response.ts";

/**
 * Reads a setting of a room with who set it, where the homeserver knows `format=event`.
 * https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey
 *
 * @param as the user of an application service who asks; the login's own unless told
 */
export async function readRoomState(
  client: HostMatrixClient,
  roomId: string,
  type: string,
  as?: string,
): Promise<KnownState | null> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/${type}/`;
  try {
    const answer = (await client.doRequest("GET", path, { format: "event", user_id: as })) as JsonObject;
    const { content, sender, event_id: eventId } = answer;
    const isEvent = answer.type === type && typeof sender === "string" && typeof content === "object";
    if (!isEvent) return { content: answer, sender: null, eventId: null };
    return { content: content as JsonObject, sender, eventId: typeof eventId === "string" ? eventId : null };
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return null;
    throw error;
  }
}

/** Who is in a room now: names by user ID, `null` for those without one. */
export async function readJoinedMembers(
  client: HostMatrixClient,
  roomId: string,
): Promise<Map<string, string | null>> {
  const joined = await client.getJoinedRoomMembersWithProfiles(roomId);
  return new Map(
    Object.entries(joined).map(([userId, profile]) => {
      const name: unknown = profile?.display_name;
      return [userId, typeof name === "string" ? name : null];
    }),
  );
}

/**
 * Who has joined a room now, and who is invited.
 * https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3roomsroomidmembers
 */
export async function readMemberships(
  client: HostMatrixClient,
  roomId: string,
): Promise<Map<string, Membership>> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/members`;
  const { chunk } = (await client.doRequest("GET", path, { not_membership: "leave" })) as { chunk?: unknown };
  return new Map(
    readEvents(chunk).flatMap(({ state_key: userId, content: { membership } }) =>
      userId !== undefined && isMembership(membership) ? [[userId, membership]] : [],
    ),
  );
}
