import type { JsonObject } from "../json.ts";
import type { ClientEvents, Viewer } from "../rooms/client-event.ts";
import type { RoomEvent } from "../rooms/event.ts";
import type { Room } from "../rooms/room.ts";
import { summarise } from "../rooms/summary.ts";
import type { Timelines } from "../rooms/timeline.ts";
import { canSee } from "../rooms/visibility.ts";
import type { EventStore } from "../store/events.ts";
import { type Accepts, acceptedBy, acceptsRoom, type RoomEventFilter } from "./filter.ts";
import { writeToken } from "./token.ts";

/** The filter of a sync, made ready once per request. */
export interface RoomFilters {
  readonly timeline: RoomEventFilter | undefined;
  readonly state: RoomEventFilter | undefined;
  readonly acceptsTimeline: Accepts;
  readonly acceptsState: Accepts;
}

export function prepareRoomFilters(
  timeline: RoomEventFilter | undefined,
  state: RoomEventFilter | undefined,
): RoomFilters {
  return { timeline, state, acceptsTimeline: acceptedBy(timeline), acceptsState: acceptedBy(state) };
}

/** Which part of a room is asked for. */
export interface RoomSpan {
  /** What happened after this position; undefined for everything. */
  readonly since: number | undefined;
  /** The last position the viewer may see. */
  readonly upTo: number;
  /** All of the state, not only what changed. */
  readonly fullState: boolean;
}

export interface RoomSyncParts {
  readonly events: EventStore;
  readonly timelines: Timelines;
  readonly clientEvents: ClientEvents;
}

const DEFAULT_LIMIT = 10;

/** Writes `timeline`, `state` and `summary` of one room. Source: client-server API, `GET /sync`. */
export function createRoomSync({ events, timelines, clientEvents }: RoomSyncParts) {
  function timelineOf(room: Room, viewer: Viewer, span: RoomSpan, filters: RoomFilters) {
    const limit = filters.timeline?.limit ?? DEFAULT_LIMIT;
    const found: RoomEvent[] = [];
    let limited = false;
    if (acceptsRoom(filters.timeline, room.roomId)) {
      for (const event of timelines.backwards(room, span.upTo, span.since)) {
        if (!filters.acceptsTimeline(event) || !canSee(room, viewer.userId, event)) continue;
        limited = found.length >= limit;
        if (limited) break;
        found.push(event);
      }
    }
    return { timeline: found.reverse(), limited };
  }

  function stateBefore(room: Room, position: number, since: number | undefined): RoomEvent[] {
    if (since !== undefined)
      return room.lastStatePosition > since ? events.stateBetween(room.roomId, since, position) : [];
    return room.lastStatePosition <= position ? [...room.state()] : events.stateAt(room.roomId, position);
  }

  /** With lazy loading, only the members who speak in the timeline, and the viewer, are told. */
  function lazily(room: Room, state: RoomEvent[], timeline: RoomEvent[], viewer: Viewer): RoomEvent[] {
    const start = timeline[0]?.position ?? Number.POSITIVE_INFINITY;
    const wanted = new Set(timeline.map((event) => event.sender)).add(viewer.userId);
    const kept = state.filter(
      (event) => event.type !== "m.room.member" || (event.stateKey !== null && wanted.has(event.stateKey)),
    );
    const told = new Set(
      kept.filter((event) => event.type === "m.room.member").map((event) => event.stateKey),
    );
    for (const userId of wanted) {
      const member = room.members.get(userId);
      if (member && userId !== viewer.userId && !told.has(userId) && member.position < start)
        kept.push(member);
    }
    return kept;
  }

  return (room: Room, viewer: Viewer, span: RoomSpan, filters: RoomFilters) => {
    const { timeline, limited } = timelineOf(room, viewer, span, filters);
    const start = (timeline[0]?.position ?? span.upTo + 1) - 1;
    const changed = stateBefore(room, start, span.fullState ? undefined : span.since);
    const lazy = filters.state?.lazy_load_members ? lazily(room, changed, timeline, viewer) : changed;
    const state = acceptsRoom(filters.state, room.roomId) ? lazy.filter(filters.acceptsState) : [];
    const since = span.since ?? 0;
    const summary: JsonObject =
      span.fullState || room.lastMemberPosition > since ? summarise(room, viewer.userId) : {};
    return {
      isEmpty: timeline.length === 0 && changed.length === 0,
      summary,
      state: { events: state.map((event) => clientEvents.writeForSync(event, viewer)) },
      timeline: {
        events: timeline.map((event) => clientEvents.writeForSync(event, viewer)),
        limited,
        prev_batch: writeToken(start),
      },
    };
  };
}
