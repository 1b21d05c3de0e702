import type { HostMatrixClient } from "./client.ts";
import { type RoomEvent, readEvents } from "./sync-response.ts";

/** One page of a room's history. */
export interface HistoryPage {
  events: RoomEvent[];
  /** Where the next page begins; `null` after the last. */
  next: string | null;
}

const PAGE = 200;

/**
 * Reads forward from one sync's token towards a later one's.
 * https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3roomsroomidmessages
 */
export async function readHistory(
  client: HostMatrixClient,
  roomId: string,
  { from, to }: { from: string; to: string },
): Promise<HistoryPage> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
  const answer = (await client.doRequest("GET", path, { dir: "f", from, to, limit: PAGE })) as {
    chunk?: unknown;
    end?: unknown;
  };
  const events = readEvents(answer.chunk);
  const { end } = answer;
  return { events, next: events.length > 0 && typeof end === "string" && end !== from ? end : null };
}

/**
 * Reads backwards from the newest event, or from where an earlier page ended; newest first.
 * https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3roomsroomidmessages
 */
export async function readBackwards(
  client: HostMatrixClient,
  roomId: string,
  where: { from?: string | undefined; limit: number },
): Promise<HistoryPage> {
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages`;
  const { chunk, end } = (await client.doRequest("GET", path, { dir: "b", ...where })) as {
    chunk?: unknown;
    end?: unknown;
  };
  return { events: readEvents(chunk), next: typeof end === "string" && end !== where.from ? end : null };
}
