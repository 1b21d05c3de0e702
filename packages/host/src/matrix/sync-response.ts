/** A timeline event that has what every event must have. */
export interface RoomEvent {
  type: string;
  event_id: string;
  sender: string;
  origin_server_ts: number;
  content: Record<string, unknown>;
  state_key?: string;
}

/** What the host needs of a `/sync` answer. */
export interface SyncBatch {
  nextBatch: string;
  /** Timeline events of joined rooms: in order within a room. */
  timeline: { roomId: string; events: RoomEvent[] }[];
  /** Member events, of timelines and state alike. */
  members: { roomId: string; userId: string; displayName: string | null }[];
  invites: string[];
}

interface Room {
  timeline?: { events?: unknown };
  state?: { events?: unknown };
}

/**
 * Reads a `/sync` answer once, on the hot path: what is not of the specification's form is left
 * out. https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3sync
 *
 * @throws TypeError where it has no `next_batch`, so that the old token is kept
 */
export function readSync(response: unknown): SyncBatch {
  const { next_batch, rooms } = response as {
    next_batch?: unknown;
    rooms?: { join?: Record<string, Room | null>; invite?: Record<string, unknown> };
  };
  if (typeof next_batch !== "string") throw new TypeError("The answer to /sync has no next_batch.");
  const batch: SyncBatch = {
    nextBatch: next_batch,
    timeline: [],
    members: [],
    invites: Object.keys(rooms?.invite ?? {}),
  };
  for (const [roomId, room] of Object.entries(rooms?.join ?? {})) {
    addMembers(batch, roomId, room?.state?.events);
    const found = room?.timeline?.events;
    if (!Array.isArray(found) || found.length === 0) continue;
    const events = found.filter(isRoomEvent);
    addMembers(batch, roomId, events);
    batch.timeline.push({ roomId, events });
  }
  return batch;
}

function addMembers(batch: SyncBatch, roomId: string, events: unknown): void {
  if (!Array.isArray(events)) return;
  for (const event of events as RoomEvent[]) {
    if (event?.type !== "m.room.member" || typeof event.state_key !== "string") continue;
    const name = event.content?.displayname;
    batch.members.push({
      roomId,
      userId: event.state_key,
      displayName: typeof name === "string" ? name : null,
    });
  }
}

function isRoomEvent(event: unknown): event is RoomEvent {
  if (typeof event !== "object" || event === null) return false;
  const { type, event_id, sender, origin_server_ts, content } = event as Partial<RoomEvent>;
  return (
    typeof type === "string" &&
    typeof event_id === "string" &&
    typeof sender === "string" &&
    typeof origin_server_ts === "number" &&
    typeof content === "object" &&
    content !== null
  );
}
