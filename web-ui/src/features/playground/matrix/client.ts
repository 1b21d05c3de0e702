import { createRequester, type Requester } from "./requester.ts";
import type { Content, MatrixEvent, MessagesResponse, RelationsResponse, SyncResponse } from "./types.ts";
import { type Upload, uploadMedia } from "./upload.ts";

export type MatrixClient = ReturnType<typeof createMatrixClient>;

const FILTER = JSON.stringify({ room: { timeline: { limit: 50 } }, presence: { types: [] } });
const enc = encodeURIComponent;

/** The part of the Matrix client-server API (v1.11 and later) that the chat needs. */
export function createMatrixClient(access: { basePath: string; accessToken: string }) {
  const call: Requester = createRequester(access);
  const room = (roomId: string, rest: string) => `/client/v3/rooms/${enc(roomId)}${rest}`;
  return {
    sync(since: string | undefined, timeoutMs: number, signal: AbortSignal) {
      const query = { filter: FILTER, timeout: String(timeoutMs), ...(since && { since }) };
      return call<SyncResponse>("GET", "/client/v3/sync", { query, signal });
    },
    /** The events before `from`, newest first. */
    messages(roomId: string, from: string, limit = 50) {
      return call<MessagesResponse>("GET", room(roomId, "/messages"), {
        query: { dir: "b", from, limit: String(limit) },
      });
    },
    event(roomId: string, eventId: string) {
      return call<MatrixEvent>("GET", room(roomId, `/event/${enc(eventId)}`));
    },
    /** What relates to an event, and to that in turn, newest first: a thread with its edits and reactions. */
    relations(roomId: string, eventId: string, from: string | undefined, limit = 50) {
      const path = `/client/v1/rooms/${enc(roomId)}/relations/${enc(eventId)}`;
      return call<RelationsResponse>("GET", path, {
        query: { recurse: "true", limit: String(limit), ...(from !== undefined && { from }) },
      });
    },
    /** Sending again with the same transaction ID makes no second event. */
    send(roomId: string, type: string, transactionId: string, content: Content) {
      const path = room(roomId, `/send/${enc(type)}/${enc(transactionId)}`);
      return call<{ event_id: string }>("PUT", path, { body: content });
    },
    redact(roomId: string, eventId: string, transactionId: string) {
      const path = room(roomId, `/redact/${enc(eventId)}/${enc(transactionId)}`);
      return call<{ event_id: string }>("PUT", path, { body: {} });
    },
    typing(roomId: string, userId: string, typing: boolean) {
      const body = typing ? { typing, timeout: 10_000 } : { typing };
      return call("PUT", room(roomId, `/typing/${enc(userId)}`), { body });
    },
    markRead(roomId: string, eventId: string) {
      return call("POST", room(roomId, `/receipt/m.read/${enc(eventId)}`), { body: {} });
    },
    createRoom(name: string, invite: string[]) {
      const body = { name, invite, preset: "private_chat" };
      return call<{ room_id: string }>("POST", "/client/v3/createRoom", { body });
    },
    invite(roomId: string, userId: string) {
      return call("POST", room(roomId, "/invite"), { body: { user_id: userId } });
    },
    join(roomId: string) {
      return call("POST", `/client/v3/join/${enc(roomId)}`, { body: {} });
    },
    leave(roomId: string) {
      return call("POST", room(roomId, "/leave"), { body: {} });
    },
    /** Downloads what an mxc URI names, with the token in a header, as authenticated media asks for. */
    async download(mxc: string, signal: AbortSignal): Promise<Blob> {
      const [, server, id] = /^mxc:\/\/([^/]+)\/([^/?#]+)$/.exec(mxc) ?? [];
      if (!server || !id) throw new Error(`${mxc} is not an mxc URI`);
      return call.blob(`/client/v1/media/download/${enc(server)}/${enc(id)}`, signal);
    },
    upload: (file: Blob, name: string, options: Upload) => uploadMedia(access, file, name, options),
  };
}
