import { Marked } from "marked";
import type { Content } from "../matrix/types.ts";
import type { Message } from "../timeline/messages.ts";

/** The thread in which one writes, by event IDs. */
export interface OpenThread {
  root: string;
  /** The last message in it that the homeserver has. */
  latest: string;
}

const escapeHtml = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const markdown = new Marked({
  gfm: true,
  breaks: true,
  // What looks like HTML was typed as text and is shown as text.
  renderer: { html: ({ text }) => escapeHtml(text) },
});

/** The content of an `m.room.message` for what was typed: Markdown where it makes a difference, else plain. */
export function textContent(typed: string): Content {
  const emote = typed.startsWith("/me ");
  const body = emote ? typed.slice(4) : typed;
  const msgtype = emote ? "m.emote" : "m.text";
  const html = (markdown.parse(body, { async: false }) as string)
    .trim()
    .replace(/^<p>([\s\S]*)<\/p>$/, (whole, inner: string) => (inner.includes("<p>") ? whole : inner));
  const plain = !/<(?!br\s*\/?>|\/?a[ >])/.test(html);
  return plain
    ? { msgtype, body }
    : { msgtype, body, format: "org.matrix.custom.html", formatted_body: html };
}

/**
 * The content as an answer to a message, in the same thread if that is in one.
 *
 * @param root of the thread that is open, to whose first message it may be
 */
export function asReply(
  content: Content,
  target: Pick<Message, "id" | "threadRoot">,
  root: string | undefined = target.threadRoot,
): Content {
  const reply = { "m.in_reply_to": { event_id: target.id } };
  const relation = root ? { rel_type: "m.thread", event_id: root, is_falling_back: false, ...reply } : reply;
  return { ...content, "m.relates_to": relation };
}

/** The content as the next message of a thread; for clients that know no threads, as an answer to the last one. */
export function inThread(content: Content, { root, latest }: OpenThread): Content {
  const reply = { "m.in_reply_to": { event_id: latest } };
  return {
    ...content,
    "m.relates_to": { rel_type: "m.thread", event_id: root, is_falling_back: true, ...reply },
  };
}

/** The content as an edit of an earlier message, with the fallback for clients that know no edits. */
export function asEdit(content: Content, eventId: string): Content {
  return {
    ...content,
    body: `* ${content.body}`,
    ...(typeof content.formatted_body === "string" && { formatted_body: `* ${content.formatted_body}` }),
    "m.new_content": content,
    "m.relates_to": { rel_type: "m.replace", event_id: eventId },
  };
}
