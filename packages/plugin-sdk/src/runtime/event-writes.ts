import type { EventWrites } from "../acting-user.ts";
import type { SendFileOptions, SentEvent } from "../context.ts";
import type { MatrixEvent } from "../event.ts";
import type { BotFile } from "../files.ts";
import type { Delivery } from "../protocol/index.ts";
import type { JsonObject } from "../protocol/json.ts";
import {
  checkSize,
  editContent,
  inThread,
  locationContent,
  mentionsContent,
  reactionContent,
  replyRelation,
  textContent,
  threadBelow,
  threadRelation,
} from "./content.ts";
import type { HostLink } from "./host-link.ts";

/** The host waits as long as a homeserver asks it to before it repeats a request. */
export const SEND_DEADLINE_MS = 5 * 60_000;

/**
 * What can be said and taken back in the room of an event.
 *
 * @param as whose word it is, by the first part of their user ID; the bot's own unless told
 */
export function createEventWrites(
  { id }: Delivery,
  event: MatrixEvent,
  host: HostLink,
  as?: string,
): EventWrites {
  const of = { delivery: id, ...(as === undefined ? {} : { as }) };
  const sendEvent = async (type: string, content: JsonObject) => {
    checkSize(content);
    return await host.call("event.send", { ...of, type, content }, SEND_DEADLINE_MS);
  };
  const related = (content: JsonObject, relation: JsonObject | undefined) =>
    sendEvent("m.room.message", relation ? { ...content, "m.relates_to": relation } : content);

  const sendFile = async (file: BotFile, options: SendFileOptions, relatesTo: JsonObject | undefined) => {
    const { reply = false, ...rest } = options;
    const answered = reply ? event.sender : undefined;
    const params = { ...of, ...fileParams(file, rest, answered), ...(relatesTo ? { relatesTo } : {}) };
    return await host.call("file.send", params, SEND_DEADLINE_MS);
  };

  const { root, isNew } = threadBelow(event);
  const below = (isReply: boolean) => inThread(root, event.event_id, isReply);

  return {
    sendEvent,

    thread: {
      ...{ rootId: root, isNew },
      reply: (content) => related(textContent(content, event.sender), below(true)),
      send: (content) => related(textContent(content), below(false)),
      sendFile: (file, options = {}) => sendFile(file, options, below(options.reply === true)),
    },
    threadOf({ eventId }) {
      const relation = inThread(eventId, eventId, false);
      return {
        send: (content) => related(textContent(content), relation),
        sendFile: (file, options = {}) => sendFile(file, options, relation),
      };
    },
    reply: (content) => related(textContent(content, event.sender), replyRelation(event)),
    send: (content) => related(textContent(content), threadRelation(event)),
    react: (key, to) => sendEvent("m.reaction", reactionContent(to?.eventId ?? event.event_id, key)),
    edit: (sent, content) => sendEvent("m.room.message", editContent(sent.eventId, content)),

    sendFile: (file, options = {}) =>
      sendFile(file, options, options.reply ? replyRelation(event) : threadRelation(event)),

    sendLocation: async (place) => related(locationContent(place), threadRelation(event)),

    async redact(sent: SentEvent, reason?: string) {
      const why = reason === undefined ? {} : { reason };
      await host.call("event.redact", { ...of, eventId: sent.eventId, ...why }, SEND_DEADLINE_MS);
    },
  };
}

/**
 * What `file.send` is told of a file.
 *
 * @param answered whom it answers
 */
export function fileParams(file: BotFile, options: Omit<SendFileOptions, "reply">, answered?: string) {
  const { thumbnail, name = "file", as: kind, caption, ...info } = options;
  const formatted = typeof caption === "object" ? caption : undefined;
  const text = typeof caption === "object" ? caption.text : caption;
  return {
    ...{ file: file.id, name, ...info },
    ...(kind === undefined ? {} : { kind }),
    ...(text === undefined ? {} : { caption: text }),
    ...(formatted ? { captionHtml: formatted.html } : {}),
    ...(thumbnail ? { thumbnail: thumbnail.id } : {}),
    mentions: mentionsContent(formatted?.mentions ?? {}, answered),
  };
}
