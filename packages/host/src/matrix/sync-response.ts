import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { KEPT_STATE, type KnownState } from "./room-states.ts";

/** A timeline event that has what every event must have. */
export interface RoomEvent {
  type: string;
  event_id: string;
  sender: string;
  origin_server_ts: number;
  content: Record<string, unknown>;
  state_key?: string;
  unsigned?: { prev_content?: { membership?: unknown } };
}

/** What a sync brought for a room that the account is in. */
export interface RoomTimeline {
  roomId: string;
  /** In order; what came before the account was invited, or joined without being, is left out. */
  events: RoomEvent[];
  /** There is more between the last sync and these events. */
  limited: boolean;
  /** The account joined since the last sync, before these events. */
  joinedBefore: boolean;
  /** IDs of encrypted events whose key may still come; those that are `m.room.encrypted` beside these cannot be read. */
  awaited?: ReadonlySet<string>;
}

/** Who may be meant by what is said in a room. */
export type Membership = "join" | "invite";

export const isMembership = (membership: unknown): membership is Membership =>
  membership === "join" || membership === "invite";

/** What the host needs of a `/sync` answer. */
export interface SyncBatch {
  nextBatch: string;
  timeline: RoomTimeline[];
  /** Member events, of timelines and state alike. */
  members: {
    roomId: string;
    userId: string;
    isJoined: boolean;
    isInvited: boolean;
    displayName: string | null;
  }[];
  /** Settings of rooms that are kept (`room-states.ts`), likewise; the newest is the last. */
  states: { roomId: string; type: string; state: KnownState }[];
  /** Rooms in which the account is no more. */
  left: string[];
  /** Events that were redacted: each may have been a setting that is kept. */
  redacted: { roomId: string; eventId: string }[];
  invites: { roomId: string; inviter: string | undefined }[];
  /** It shows an encrypted room (an event of it, its setting, or an invitation), or has a message to this device. */
  hasEncryption: boolean;
  /** Messages to this device wait at the homeserver still, for the next sync. */
  hasMoreForDevice: boolean;
}

interface Room {
  timeline?: { events?: unknown; limited?: unknown };
  state?: { events?: unknown };
}

const KEPT = new Set(KEPT_STATE);
/** So many Synapse gives with one sync. Who has another measure, or none, is taken to have given all. */
const TO_DEVICE_AT_ONCE = 100;

interface Invite {
  invite_state?: { events?: unknown };
}

/**
 * Reads a `/sync` answer once, on the hot path: what is not of the specification's form is left
 * out. https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3sync
 *
 * @param userId the account's own
 * @throws TypeError where it has no `next_batch`, so that the old token is kept
 */
export function readSync(response: unknown, userId: string): SyncBatch {
  const { next_batch, rooms, to_device } = response as {
    next_batch?: unknown;
    to_device?: { events?: unknown };
    rooms?: {
      join?: Record<string, Room | null>;
      invite?: Record<string, Invite | null>;
      leave?: Record<string, unknown>;
    };
  };
  if (typeof next_batch !== "string") throw new TypeError("The answer to /sync has no next_batch.");
  const left = Object.keys(rooms?.leave ?? {});
  const forDevice = Array.isArray(to_device?.events) ? to_device.events.length : 0;
  const batch: SyncBatch = {
    ...{ nextBatch: next_batch, timeline: [], members: [], states: [], invites: [], left, redacted: [] },
    ...{ hasEncryption: forDevice > 0, hasMoreForDevice: forDevice >= TO_DEVICE_AT_ONCE },
  };
  for (const [roomId, invite] of Object.entries(rooms?.invite ?? {})) {
    batch.invites.push({ roomId, inviter: inviterIn(invite, userId) });
    batch.hasEncryption ||= isEncrypted(invite);
  }
  for (const [roomId, room] of Object.entries(rooms?.join ?? {})) {
    const state = readEvents(room?.state?.events);
    const timeline = readEvents(room?.timeline?.events);
    addState(batch, roomId, state);
    addState(batch, roomId, timeline);
    const joinedAt = timeline.findLastIndex((event) => isJoining(event, userId));
    const joinedBefore = joinedAt === -1 && state.some((event) => isJoining(event, userId));
    const limited = room?.timeline?.limited === true && joinedAt === -1;
    const events = joinedAt === -1 ? timeline : timeline.slice(beginOf(state, timeline, joinedAt, userId));
    if (events.length > 0 || limited) batch.timeline.push({ roomId, events, limited, joinedBefore });
  }
  return batch;
}

/** Whether the event is a user's coming into the room, not a mere change of their profile. */
export function isJoining({ type, state_key, content, unsigned }: RoomEvent, userId: string): boolean {
  return (
    type === "m.room.member" &&
    state_key === userId &&
    content.membership === "join" &&
    unsigned?.prev_content?.membership !== "join"
  );
}

/**
 * Where in a timeline begins what is meant for the account too: at the invitation that it accepted, else at its joining. Who opens
 * a room for two says the first words before the other one has come.
 */
function beginOf(state: RoomEvent[], timeline: RoomEvent[], joinedAt: number, userId: string): number {
  const isOwn = ({ type, state_key }: RoomEvent) => type === "m.room.member" && state_key === userId;
  const before = timeline.slice(0, joinedAt).findLastIndex(isOwn);
  // The state is that of before the timeline.
  const last = before === -1 ? state.findLast(isOwn) : timeline[before];
  return last?.content.membership === "invite" ? before + 1 : joinedAt + 1;
}

/** Those of a list that are events. */
export function readEvents(list: unknown): RoomEvent[] {
  return Array.isArray(list) ? list.filter(isRoomEvent) : [];
}

function addState(batch: SyncBatch, roomId: string, events: RoomEvent[]): void {
  for (const event of events) {
    const { type, state_key, sender, event_id: eventId, content } = event;
    if (type === "m.room.redaction") addRedacted(batch, roomId, event);
    if (type === "m.room.encrypted" || type === "m.room.encryption") batch.hasEncryption = true;
    if (typeof state_key !== "string") continue;
    if (type === "m.room.member") {
      const { displayname, membership } = content;
      const displayName = typeof displayname === "string" ? displayname : null;
      const [isJoined, isInvited] = [membership === "join", membership === "invite"];
      batch.members.push({ roomId, userId: state_key, isJoined, isInvited, displayName });
    } else if (state_key === "" && KEPT.has(type)) {
      batch.states.push({ roomId, type, state: { content: content as JsonObject, sender, eventId } });
    }
  }
}

/** Which event it redacts stands in the content, or in rooms before version 11 beside it. */
function addRedacted(batch: SyncBatch, roomId: string, event: RoomEvent & { redacts?: unknown }): void {
  const eventId = event.content.redacts ?? event.redacts;
  if (typeof eventId === "string") batch.redacted.push({ roomId, eventId });
}

/** Stripped state has no event IDs: https://spec.matrix.org/latest/client-server-api/#stripped-state */
function inviterIn(invite: Invite | null, userId: string): string | undefined {
  const events = invite?.invite_state?.events;
  if (!Array.isArray(events)) return undefined;
  const own = (events as Partial<RoomEvent>[]).find(
    (event) => event?.type === "m.room.member" && event.state_key === userId,
  );
  return typeof own?.sender === "string" ? own.sender : undefined;
}

function isEncrypted(invite: Invite | null): boolean {
  const events = invite?.invite_state?.events;
  return (
    Array.isArray(events) &&
    (events as Partial<RoomEvent>[]).some((event) => event?.type === "m.room.encryption")
  );
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
