import type { Delivery } from "../protocol/index.ts";
import type { RoomsContext } from "../rooms-context.ts";
import { checkSize, editContent, inThread, locationContent, textContent } from "./content.ts";
import { fileParams, SEND_DEADLINE_MS } from "./event-writes.ts";
import type { HostLink } from "./host-link.ts";

type RoomsWrites = Pick<
  RoomsContext,
  "sendTo" | "sendEventTo" | "sendFileTo" | "sendLocationTo" | "editIn" | "redactIn"
>;

/**
 * What can be said and taken back in rooms that are named.
 *
 * @param as whose word it is, by the first part of their user ID; the bot's own unless told
 */
export function createRoomsWrites({ id }: Delivery, host: HostLink, as?: string): RoomsWrites {
  const of = { delivery: id, ...(as === undefined ? {} : { as }) };
  const sendEventTo: RoomsWrites["sendEventTo"] = async (roomId, type, content) => {
    checkSize(content);
    return await host.call("event.send", { ...of, roomId, type, content }, SEND_DEADLINE_MS);
  };

  return {
    sendEventTo,
    sendTo(roomId, content, { thread } = {}) {
      const relation = thread ? { "m.relates_to": inThread(thread.eventId, thread.eventId, false) } : {};
      return sendEventTo(roomId, "m.room.message", { ...textContent(content), ...relation });
    },
    editIn: (roomId, sent, content) =>
      sendEventTo(roomId, "m.room.message", editContent(sent.eventId, content)),

    sendFileTo: (roomId, file, options = {}) =>
      host.call("file.send", { ...of, roomId, ...fileParams(file, options) }, SEND_DEADLINE_MS),

    sendLocationTo: (roomId, place) => sendEventTo(roomId, "m.room.message", locationContent(place)),

    async redactIn(roomId, sent, reason) {
      const why = reason === undefined ? {} : { reason };
      await host.call("event.redact", { ...of, roomId, eventId: sent.eventId, ...why }, SEND_DEADLINE_MS);
    },
  };
}
