import type { EventWrites } from "../acting-user.ts";
import type { MessageContent, SendFileOptions, SendMediaOptions, SentEvent } from "../context.ts";
import type { MatrixEvent } from "../event.ts";
import type { BotFile } from "../files.ts";
import type { UploadedMedia } from "../protocol/host-api.ts";
import type { Delivery } from "../protocol/index.ts";
import type { JsonObject } from "../protocol/json.ts";
import { mediaContent } from "../protocol/media.ts";
import {
  answeredIdOf,
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

  const sendMedia = (
    media: UploadedMedia,
    { reply = false, name = "file", caption, spoiler }: SendMediaOptions,
    relatesTo: JsonObject | undefined,
  ) => {
    const { thumbnail, blurhash, ...file } = media;
    const shown = { ...(thumbnail ? { thumbnail } : {}), ...(blurhash === undefined ? {} : { blurhash }) };
    const options = {
      ...{ name, ...captionParams(caption, reply ? event.sender : undefined) },
      ...(spoiler === undefined ? {} : { spoiler }),
      ...(relatesTo ? { relatesTo } : {}),
    };
    return sendEvent("m.room.message", mediaContent(file, options, shown));
  };

  const { root, isNew } = threadBelow(event);
  const below = (isReply: boolean) => inThread(root, answeredIdOf(event), isReply);

  return {
    sendEvent,

    thread: {
      ...{ rootId: root, isNew },
      reply: (content) => related(textContent(content, event.sender), below(true)),
      send: (content) => related(textContent(content), below(false)),
      sendFile: (file, options = {}) => sendFile(file, options, below(options.reply === true)),
      sendMedia: (media, options = {}) => sendMedia(media, options, below(options.reply === true)),
    },
    threadOf({ eventId }) {
      const relation = inThread(eventId, eventId, false);
      return {
        send: (content) => related(textContent(content), relation),
        sendFile: (file, options = {}) => sendFile(file, options, relation),
        sendMedia: (media, options = {}) => sendMedia(media, options, relation),
      };
    },
    reply: (content) => related(textContent(content, event.sender), replyRelation(event)),
    send: (content) => related(textContent(content), threadRelation(event)),
    react: (key, to) => sendEvent("m.reaction", reactionContent(to?.eventId ?? answeredIdOf(event), key)),
    edit: (sent, content) => sendEvent("m.room.message", editContent(sent.eventId, content)),

    sendFile: (file, options = {}) =>
      sendFile(file, options, options.reply ? replyRelation(event) : threadRelation(event)),

    sendMedia: (media, options = {}) =>
      sendMedia(media, options, options.reply ? replyRelation(event) : threadRelation(event)),

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
  return {
    ...{ file: file.id, name, ...info },
    ...(kind === undefined ? {} : { kind }),
    ...(thumbnail ? { thumbnail: thumbnail.id } : {}),
    ...captionParams(caption, answered),
  };
}

function captionParams(caption: MessageContent | undefined, answered: string | undefined) {
  const formatted = typeof caption === "object" ? caption : undefined;
  const text = typeof caption === "object" ? caption.text : caption;
  return {
    ...(text === undefined ? {} : { caption: text }),
    ...(formatted ? { captionHtml: formatted.html } : {}),
    mentions: mentionsContent(formatted?.mentions ?? {}, answered),
  };
}
