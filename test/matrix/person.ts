/** A room event as a client gets it. */
export interface RoomEvent {
  type: string;
  event_id: string;
  sender: string;
  origin_server_ts: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into contents of many kinds
  content: any;
  redacts?: string;
}

/** Somebody in a room, with no more than the client-server API: any homeserver will do. */
export interface Person {
  readonly userId: string;
  readonly accessToken: string;
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  createRoom(invite?: string[]): Promise<string>;
  say(roomId: string, text: string): Promise<string>;
  send(roomId: string, type: string, content: unknown): Promise<string>;
  /** Waits until the user has joined. */
  joined(roomId: string, userId: string): Promise<void>;
  /** All events of the room so far, oldest first. */
  history(roomId: string): Promise<RoomEvent[]>;
  /** Syncs until the events of the room that came since the person was made satisfy `done`; gives them, oldest first. */
  until(roomId: string, done: (events: RoomEvent[]) => boolean): Promise<RoomEvent[]>;
  download(mxc: string): Promise<Buffer>;
}

let lastTxn = 0;

/** @param headers sent with every request, where something stands before the homeserver */
export async function createPerson(
  homeserverUrl: string,
  login: { userId: string; accessToken: string },
  headers: Record<string, string> = {},
): Promise<Person> {
  const { userId, accessToken } = login;
  const seen = new Map<string, RoomEvent[]>();
  let since: string | undefined;

  async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(homeserverUrl + path, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await answer.json()) as T;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
    return json;
  }

  const room = (roomId: string) => `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;

  async function sync(timeoutMs: number): Promise<void> {
    const filter = JSON.stringify({ room: { timeline: { limit: 1000 } }, presence: { types: [] } });
    const query = new URLSearchParams({ filter, timeout: String(timeoutMs), ...(since ? { since } : {}) });
    const answer = await request<{
      next_batch: string;
      rooms?: { join?: Record<string, { timeline: { events: RoomEvent[] } }> };
    }>("GET", `/_matrix/client/v3/sync?${query}`);
    since = answer.next_batch;
    for (const [roomId, { timeline }] of Object.entries(answer.rooms?.join ?? {})) {
      seen.set(roomId, [...(seen.get(roomId) ?? []), ...timeline.events]);
    }
  }

  async function send(roomId: string, type: string, content: unknown): Promise<string> {
    const path = `${room(roomId)}/send/${type}/${userId.slice(1, 5)}-${process.pid}-${++lastTxn}`;
    return (await request<{ event_id: string }>("PUT", path, content)).event_id;
  }

  async function until(roomId: string, done: (events: RoomEvent[]) => boolean): Promise<RoomEvent[]> {
    while (!done(seen.get(roomId) ?? [])) await sync(30_000);
    return seen.get(roomId) ?? [];
  }

  await sync(0);
  return {
    userId,
    accessToken,
    request,
    send,
    until,
    async createRoom(invite = []) {
      const body = { preset: "private_chat", invite };
      return (await request<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", body)).room_id;
    },
    say: (roomId, text) => send(roomId, "m.room.message", { msgtype: "m.text", body: text }),
    async joined(roomId, who) {
      const hasJoined = (event: RoomEvent) =>
        event.type === "m.room.member" &&
        (event as { state_key?: string }).state_key === who &&
        event.content.membership === "join";
      await until(roomId, (events) => events.some(hasJoined));
    },
    async history(roomId) {
      const events: RoomEvent[] = [];
      let from: string | undefined;
      do {
        const query = new URLSearchParams({ dir: "b", limit: "500", ...(from ? { from } : {}) });
        const page = await request<{ chunk: RoomEvent[]; end?: string }>(
          "GET",
          `${room(roomId)}/messages?${query}`,
        );
        events.push(...page.chunk);
        from = page.chunk.length > 0 ? page.end : undefined;
      } while (from);
      return events.reverse();
    },
    async download(mxc) {
      const path = mxc.slice("mxc://".length);
      const answer = await fetch(`${homeserverUrl}/_matrix/client/v1/media/download/${path}`, {
        headers: { ...headers, authorization: `Bearer ${accessToken}` },
      });
      if (!answer.ok) throw new Error(`${mxc}: ${answer.status}`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}
