import type { Playground } from "@rookery/host/api";
import { inspect, uploadPoster } from "./composer/attachment.ts";
import { createMatrixClient } from "./matrix/client.ts";
import { type Connection, syncLoop } from "./matrix/sync-loop.ts";
import type { Content } from "./matrix/types.ts";
import { applyHistory, applySync, type Rooms } from "./rooms/apply-sync.ts";
import type { Room } from "./rooms/room.ts";
import { texts } from "./texts.ts";
import { type Echo, newEcho, settle } from "./timeline/echoes.ts";

export interface ChatState {
  readonly connection: Connection;
  readonly rooms: Rooms;
}

type EchoEvent = Parameters<typeof newEcho>[3];
type Act = (transactionId: string) => Promise<{ event_id: string }>;

export type Chat = ReturnType<typeof createChat>;

/** The state of the chat and everything one can do in it, over plain Matrix. */
export function createChat(playground: NonNullable<Playground>) {
  const client = createMatrixClient(playground);
  const me = playground.userId;
  const listeners = new Set<() => void>();
  let state: ChatState = { connection: "connecting", rooms: new Map() };

  const set = (change: Partial<ChatState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const setRoom = (roomId: string, change: (room: Room) => Room) => {
    const room = state.rooms.get(roomId);
    if (room) set({ rooms: new Map(state.rooms).set(roomId, change(room)) });
  };
  const setEcho = (roomId: string, transactionId: string, change: Partial<Echo>) =>
    setRoom(roomId, (room) => ({
      ...room,
      echoes: settle(
        room.echoes.map((echo) => (echo.transactionId === transactionId ? { ...echo, ...change } : echo)),
        room.events,
      ),
    }));
  const dropEcho = (roomId: string, transactionId: string) =>
    setRoom(roomId, (room) => ({
      ...room,
      echoes: room.echoes.filter((echo) => echo.transactionId !== transactionId),
    }));

  /** Does what an echo stands for, and keeps it as failed, with the reason, if it was refused. */
  const perform = async (roomId: string, transactionId: string, act: Act) => {
    try {
      const { event_id } = await act(transactionId);
      setEcho(roomId, transactionId, { eventId: event_id });
    } catch (error) {
      setEcho(roomId, transactionId, { state: "failed", reason: reasonOf(error) });
    }
  };
  /** Shows it at once, then does it. */
  const withEcho = (roomId: string, event: EchoEvent, act: Act) => {
    const transactionId = crypto.randomUUID();
    const echo = newEcho(transactionId, me, Date.now(), event);
    setRoom(roomId, (room) => ({ ...room, echoes: [...room.echoes, echo] }));
    return perform(roomId, transactionId, act);
  };

  const send = (roomId: string, type: string, content: Content) =>
    withEcho(roomId, { type, content }, (id) => client.send(roomId, type, id, content));

  return {
    client,
    me,
    playground,
    getState: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Begins to sync; the returned function ends it. */
    start() {
      const abort = new AbortController();
      void syncLoop(client, abort.signal, {
        response: (response, first) => set({ rooms: applySync(state.rooms, response, me, first) }),
        connection: (connection) => connection !== state.connection && set({ connection }),
      });
      return () => abort.abort();
    },
    sendMessage: (roomId: string, content: Content) => send(roomId, "m.room.message", content),
    react: (roomId: string, eventId: string, key: string) =>
      send(roomId, "m.reaction", {
        "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key },
      }),
    redact: (roomId: string, eventId: string) =>
      withEcho(roomId, { type: "m.room.redaction", content: {}, redacts: eventId }, (id) =>
        client.redact(roomId, eventId, id),
      ),
    /** Uploads a file and sends it. */
    async sendFile(roomId: string, file: File, relation: Content) {
      const { msgtype, info, poster } = await inspect(file);
      const local = URL.createObjectURL(file);
      const content = { msgtype, body: file.name, filename: file.name, info, ...relation };
      await withEcho(roomId, { type: "m.room.message", content: { ...content, url: local } }, async (id) => {
        const onProgress = (progress: number) => setEcho(roomId, id, { progress });
        const url = await client.upload(file, file.name, { onProgress });
        const full = poster ? await uploadPoster(client, poster, info) : info;
        return client.send(roomId, "m.room.message", id, { ...content, info: full, url });
      });
      URL.revokeObjectURL(local);
    },
    /** Takes a failed message off the screen. */
    discard: dropEcho,
    /** Tries again as the same transaction: if the first try did arrive after all, nothing is said twice. */
    retry(roomId: string, { transactionId, event }: Echo) {
      const { type, content, redacts } = event;
      setEcho(roomId, transactionId, { state: "sending" });
      return perform(roomId, transactionId, (id) =>
        redacts ? client.redact(roomId, redacts, id) : client.send(roomId, type, id, content),
      );
    },
    async loadOlder(roomId: string) {
      const from = state.rooms.get(roomId)?.olderFrom;
      if (!from) return;
      const { chunk, end } = await client.messages(roomId, from);
      // A gap that opened meanwhile made this page the wrong one.
      setRoom(roomId, (room) => (room.olderFrom === from ? applyHistory(room, chunk, end) : room));
    },
    markRead(roomId: string) {
      const room = state.rooms.get(roomId);
      if (!room || room.unread === 0) return;
      setRoom(roomId, (before) => ({ ...before, unread: 0 }));
      const last = room.events.at(-1);
      // A receipt that gets lost costs nothing: the next one covers it.
      if (last) void client.markRead(roomId, last.event_id).catch(() => undefined);
    },
    typing: (roomId: string, typing: boolean) =>
      void client.typing(roomId, me, typing).catch(() => undefined),
  };
}

/** `fetch` rejects with a TypeError when there was no answer at all. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return texts.noConnection;
  return error instanceof Error ? error.message : String(error);
}
