/** Messages of one room in one sync. */
export interface RoomBatch {
  room: number;
  /** Its first sync: with who is in it. */
  isNew: boolean;
  messages: { eventId: string; text: string }[];
}

export const commandText = (n: number): string => `!echo The rooks are back in the elms, number ${n}.`;

const PERSON = "@ada:bench";

/** The body of a `/sync` answer, as large as a real homeserver's. */
export function syncBody(batch: number, rooms: RoomBatch[]): string {
  const join = rooms.map(({ room, isNew, messages }) => [
    `!room${room}:bench`,
    {
      summary: {},
      state: { events: isNew ? [member()] : [] },
      timeline: { events: messages.map(message), limited: false, prev_batch: `s${batch}` },
      ephemeral: { events: [] },
      account_data: { events: [] },
      unread_notifications: { notification_count: 0, highlight_count: 0 },
    },
  ]);
  return JSON.stringify({
    next_batch: `s${batch}`,
    rooms: { join: Object.fromEntries(join), invite: {}, leave: {}, knock: {} },
    presence: { events: [] },
    to_device: { events: [] },
    device_lists: { changed: [], left: [] },
    device_one_time_keys_count: {},
  });
}

const message = ({ eventId, text }: RoomBatch["messages"][number]) => ({
  type: "m.room.message",
  event_id: eventId,
  sender: PERSON,
  origin_server_ts: Date.now(),
  content: { msgtype: "m.text", body: text },
  unsigned: { age: 42 },
});

const member = () => ({
  type: "m.room.member",
  state_key: PERSON,
  event_id: `$${"m".repeat(43)}`,
  sender: PERSON,
  origin_server_ts: Date.now(),
  content: { membership: "join", displayname: "Ada" },
});
