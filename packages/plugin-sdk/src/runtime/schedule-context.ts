import type { MatrixEvent } from "../event.ts";
import type { Delivery } from "../protocol/index.ts";
import type { ScheduleContext } from "../schedule.ts";
import { checkSize, editContent, textContent } from "./content.ts";
import { fileParams, SEND_DEADLINE_MS } from "./context.ts";
import type { HostLink } from "./host-link.ts";

/** Makes the `ctx` of one run of a schedule. */
export function createScheduleContext(
  delivery: Delivery,
  host: HostLink,
  signal: () => AbortSignal,
): ScheduleContext {
  const { id } = delivery;
  const { origin_server_ts } = JSON.parse(delivery.event) as MatrixEvent;
  const sendEventTo: ScheduleContext["sendEventTo"] = async (roomId, type, content) => {
    checkSize(content);
    return await host.call("event.send", { delivery: id, roomId, type, content }, SEND_DEADLINE_MS);
  };

  return {
    dueAt: new Date(origin_server_ts),
    get signal() {
      return signal();
    },
    sendEventTo,
    sendTo: (roomId, content) => sendEventTo(roomId, "m.room.message", textContent(content)),
    editIn: (roomId, sent, content) =>
      sendEventTo(roomId, "m.room.message", editContent(sent.eventId, content)),

    sendFileTo: (roomId, file, options = {}) =>
      host.call("file.send", { delivery: id, roomId, ...fileParams(file, options) }, SEND_DEADLINE_MS),

    createRoom: (room = {}) => host.call("room.create", { delivery: id, ...room }, SEND_DEADLINE_MS),

    async redactIn(roomId, sent, reason) {
      const why = reason === undefined ? {} : { reason };
      const params = { delivery: id, roomId, eventId: sent.eventId, ...why };
      await host.call("event.redact", params, SEND_DEADLINE_MS);
    },
  };
}
