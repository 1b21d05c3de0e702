import type { Session } from "../accounts/sessions.ts";
import type { JsonObject } from "../json.ts";
import type { RoomMembership, Rooms } from "../rooms/rooms.ts";
import { strippedState } from "../rooms/summary.ts";
import { canPeek } from "../rooms/visibility.ts";
import type { AccountDataStore } from "../store/account-data.ts";
import type { OneTimeKeyStore } from "../store/one-time-keys.ts";
import type { ReceiptStore } from "../store/receipts.ts";
import type { RoomStore } from "../store/rooms.ts";
import type { Stream } from "../store/stream.ts";
import type { ToDeviceStore } from "../store/to-device.ts";
import type { DeviceLists } from "./device-lists.ts";
import { writeReceipts } from "./ephemeral.ts";
import { acceptedBy, acceptsRoom, type Filter } from "./filter.ts";
import { type createRoomSync, prepareRoomFilters } from "./room-sync.ts";
import { writeToken } from "./token.ts";
import type { Typing } from "./typing.ts";

export interface SyncQuery {
  readonly session: Session;
  /** Undefined for a first sync. */
  readonly since: number | undefined;
  readonly filter: Filter;
  readonly fullState: boolean;
}

export interface SyncResult {
  /** Nothing happened: keep waiting. */
  readonly isEmpty: boolean;
  readonly body: JsonObject;
}

export interface SyncParts {
  readonly rooms: Rooms;
  readonly stream: Stream;
  readonly typing: Typing;
  readonly accountData: AccountDataStore;
  readonly receipts: ReceiptStore;
  readonly roomStore: RoomStore;
  readonly toDevice: ToDeviceStore;
  readonly oneTimeKeys: OneTimeKeyStore;
  readonly deviceLists: DeviceLists;
  readonly roomSync: ReturnType<typeof createRoomSync>;
}

/** Computes what one `/sync` answers, as of now. Source: client-server API, `GET /sync`. */
export function createSync(parts: SyncParts): (query: SyncQuery) => SyncResult {
  const { rooms, stream, typing, accountData, receipts, roomStore, roomSync } = parts;
  const { toDevice, oneTimeKeys, deviceLists } = parts;

  return ({ session, since, filter, fullState }) => {
    const { userId, deviceKey } = session;
    const from = since ?? 0;
    const filters = prepareRoomFilters(filter.room?.timeline, filter.room?.state);
    const acceptsEphemeral = acceptedBy(filter.room?.ephemeral);
    const acceptsRoomData = acceptedBy(filter.room?.account_data);
    const acceptsData = acceptedBy(filter.account_data);
    const data = accountData.since(userId, from);
    const join: JsonObject = {};
    const invite: JsonObject = {};
    const knock: JsonObject = {};
    const leave: JsonObject = {};
    let isEmpty = true;

    function joined({ room, since: joinedAt }: RoomMembership): void {
      const isNew = since === undefined || joinedAt > since;
      const isAsked = isNew || fullState;
      const ephemeral = acceptsRoom(filter.room?.ephemeral, room.roomId)
        ? ephemeralOf(room.roomId, isNew ? 0 : from).filter(acceptsEphemeral)
        : [];
      // Most rooms of most syncs: nothing to look at.
      if (!isAsked && room.lastPosition <= from && ephemeral.length === 0 && data.length === 0) return;
      const span = {
        since: isNew ? undefined : since,
        upTo: room.lastPosition,
        fullState: isAsked,
      };
      const part = isAsked || room.lastPosition > from ? roomSync(room, session, span, filters) : undefined;
      // Somebody who comes back gets the room's account data again: their client may have dropped it.
      const known = isNew && since !== undefined ? accountData.since(userId, 0) : data;
      const roomData = acceptsRoom(filter.room?.account_data, room.roomId)
        ? known.filter((item) => item.roomId === room.roomId).filter(acceptsRoomData)
        : [];
      const nothing = !part || (part.isEmpty && !isAsked);
      if (nothing && ephemeral.length === 0 && roomData.length === 0) return;
      isEmpty = false;
      join[room.roomId] = {
        summary: part?.summary ?? {},
        state: part?.state ?? { events: [] },
        timeline: part?.timeline ?? { events: [], limited: false, prev_batch: writeToken(room.lastPosition) },
        ephemeral: { events: ephemeral },
        account_data: { events: roomData.map(({ type, content }) => ({ type, content })) },
        unread_notifications: { notification_count: 0, highlight_count: 0 },
      };
    }

    function ephemeralOf(roomId: string, after: number): { type: string; content: JsonObject }[] {
      const events: { type: string; content: JsonObject }[] = [];
      const users = typing.since(roomId, after);
      if (users && (users.length > 0 || after > 0))
        events.push({ type: "m.typing", content: { user_ids: users } });
      const changed = writeReceipts(receipts.since(roomId, after), userId);
      if (changed) events.push({ type: "m.receipt", content: changed });
      return events;
    }

    function left({ room, since: leftAt }: RoomMembership): void {
      const asked = since === undefined || fullState ? filter.room?.include_leave === true : false;
      if (!(since !== undefined && leftAt > since) && !asked) return;
      if (roomStore.forgotten(userId).has(room.roomId)) return;
      const span = { since, upTo: leftAt, fullState: since === undefined || fullState };
      const { state, timeline } = roomSync(room, session, span, filters);
      isEmpty = false;
      // Who only refused an invite has seen nothing of the room.
      leave[room.roomId] = {
        state: canPeek(room, userId) ? state : { events: [] },
        timeline,
        account_data: { events: [] },
      };
    }

    for (const entry of rooms.of(userId).values()) {
      const { room, membership } = entry;
      if (!acceptsRoom(filter.room, room.roomId)) continue;
      const isNews = since === undefined || entry.since > since;
      if (membership === "join") {
        joined(entry);
      } else if (membership === "leave" || membership === "ban") {
        left(entry);
      } else if (isNews) {
        isEmpty = false;
        const events = strippedState(room, userId);
        if (membership === "invite") invite[room.roomId] = { invite_state: { events } };
        else knock[room.roomId] = { knock_state: { events } };
      }
    }

    const globalData = data.filter((item) => item.roomId === undefined).filter(acceptsData);
    const messages = toDevice.pending(deviceKey);
    // Who begins knows nobody's devices yet.
    const lists = since === undefined ? { changed: [], left: [] } : deviceLists.since(userId, since);
    const isQuiet = messages.length === 0 && lists.changed.length === 0 && lists.left.length === 0;
    const unusedFallbacks = oneTimeKeys.unusedFallbacks(deviceKey);
    return {
      isEmpty: isEmpty && globalData.length === 0 && isQuiet,
      body: {
        next_batch: writeToken(stream.current),
        rooms: { join, invite, leave, knock },
        account_data: { events: globalData.map(({ type, content }) => ({ type, content })) },
        to_device: { events: messages },
        presence: { events: [] },
        device_lists: lists,
        device_one_time_keys_count: oneTimeKeys.counts(deviceKey),
        ...(unusedFallbacks && { device_unused_fallback_key_types: unusedFallbacks }),
      },
    };
  };
}
