import type { Context, SendFileOptions, SentEvent } from "../context.ts";
import type { MatrixEvent } from "../event.ts";
import type { BotFile } from "../files.ts";
import { toErrorData } from "../protocol/errors.ts";
import type { Delivery } from "../protocol/index.ts";
import type { JsonObject } from "../protocol/json.ts";
import { messageText } from "../protocol/match.ts";
import {
  checkSize,
  editContent,
  reactionContent,
  replyRelation,
  textContent,
  threadRelation,
} from "./content.ts";
import type { HostLink } from "./host-link.ts";

/** The host waits as long as a homeserver asks it to before it repeats a request. */
export const SEND_DEADLINE_MS = 5 * 60_000;
/** What clients of people use; it ends a sign whose bot died. */
const TYPING_MS = 30_000;

/** Makes the `ctx` of one delivery. */
export function createContext(
  delivery: Delivery,
  event: MatrixEvent,
  host: HostLink,
  signal: () => AbortSignal,
): Context {
  const { id } = delivery;
  const sendEvent = async (type: string, content: JsonObject) => {
    checkSize(content);
    return await host.call("event.send", { delivery: id, type, content }, SEND_DEADLINE_MS);
  };
  const related = (content: JsonObject, relation: JsonObject | undefined) =>
    sendEvent("m.room.message", relation ? { ...content, "m.relates_to": relation } : content);
  const redact = async (sent: SentEvent, reason?: string) => {
    const why = reason === undefined ? {} : { reason };
    await host.call("event.redact", { delivery: id, eventId: sent.eventId, ...why }, SEND_DEADLINE_MS);
  };

  return {
    event,
    sender: { userId: event.sender, displayName: delivery.senderName ?? localpart(event.sender) },
    room: { roomId: delivery.roomId },
    text: messageText(event) ?? "",
    get signal() {
      return signal();
    },
    sendEvent,
    redact,
    reply: (content) => related(textContent(content), replyRelation(event)),
    send: (content) => related(textContent(content), threadRelation(event)),
    react: (key, to) => sendEvent("m.reaction", reactionContent(to?.eventId ?? event.event_id, key)),
    edit: (sent, content) => sendEvent("m.room.message", editContent(sent.eventId, content)),

    async sendFile(file, options: SendFileOptions = {}) {
      const { reply = false, ...rest } = options;
      const relatesTo = reply ? replyRelation(event) : threadRelation(event);
      const params = { delivery: id, ...fileParams(file, rest), ...(relatesTo ? { relatesTo } : {}) };
      return await host.call("file.send", params, SEND_DEADLINE_MS);
    },

    createRoom: (room = {}) => host.call("room.create", { delivery: id, ...room }, SEND_DEADLINE_MS),

    async typing(on = true) {
      await host.call("typing.set", { delivery: id, timeoutMs: on ? TYPING_MS : 0 });
    },

    async markRead() {
      await host.call("receipt.send", { delivery: id });
    },

    async progress(work, key = "⏳") {
      // Without the sign the work is worth as much: what fails about it goes to the log.
      const note = (what: string) => (error: unknown) => {
        const message = `The sign of progress was not ${what}: ${toErrorData(error).message}`;
        host.notify("log.write", { level: "warn", message });
        return null;
      };
      const shown = sendEvent("m.reaction", reactionContent(event.event_id, key)).catch(note("shown"));
      try {
        return await work();
      } finally {
        const sign = await shown;
        if (sign) await redact(sign).catch(note("removed"));
      }
    },
  };
}

/** What `file.send` is told of a file. */
export function fileParams(file: BotFile, options: Omit<SendFileOptions, "reply">) {
  const { thumbnail, name = "file", ...info } = options;
  return { file: file.id, name, ...info, ...(thumbnail ? { thumbnail: thumbnail.id } : {}) };
}

/** `@ada:example.org` → `ada` */
function localpart(userId: string): string {
  return userId.slice(1).split(":")[0] ?? userId;
}
