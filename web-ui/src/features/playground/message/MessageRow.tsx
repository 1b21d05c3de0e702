import { memo } from "react";
import { useChat, useRoom } from "../chat-context.tsx";
import type { Draft } from "../composer/draft.ts";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { ThreadMark } from "../threads/ThreadMark.tsx";
import { ThreadSummary } from "../threads/ThreadSummary.tsx";
import { excerpt } from "../timeline/excerpt.ts";
import type { Message } from "../timeline/messages.ts";
import { EchoState } from "./EchoState.tsx";
import { MessageActions } from "./MessageActions.tsx";
import { MessageBody } from "./MessageBody.tsx";
import classes from "./MessageRow.module.css";
import { Reactions } from "./Reactions.tsx";
import { ReplyPreview } from "./ReplyPreview.tsx";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

interface Props {
  message: Message;
  /** Whether the sender's name stands above it. */
  first: boolean;
  /** The message it answers, if that is loaded. */
  target: Message | undefined;
  active: boolean;
  focusable: boolean;
  /** Whether it stands in the panel of its thread. */
  inThread: boolean;
  onActivate: (id: string) => void;
  onDraft: (draft: Draft) => void;
}

/** One message with everything around it. Its actions are there while it is pointed at or focused. */
export const MessageRow = memo(function MessageRow(props: Props) {
  const { message, first, target, active, focusable, inThread, onActivate, onDraft } = props;
  const { me } = useChat();
  const room = useRoom();
  const { event, content, echo } = message;
  const own = event.sender === me;
  const name = own ? texts.you : nameOf(room, event.sender);
  const at = new Date(event.origin_server_ts);
  const activate = () => active || onActivate(message.id);
  return (
    <article
      className={classes.row}
      data-message={message.id}
      data-own={own}
      data-first={first}
      data-thread={!inThread && message.threadRoot !== undefined}
      aria-label={`${name}, ${clock.format(at)}: ${excerpt(content)}`}
      // Arrow keys move between messages, so each can take the focus.
      tabIndex={focusable ? 0 : -1}
      onFocus={activate}
      onPointerEnter={activate}
      // A row that appears under a pointer at rest is never entered.
      onPointerMove={activate}
    >
      {first && (
        <div className={classes.sender}>
          {name}
          {!inThread && message.threadRoot && <ThreadMark root={message.threadRoot} />}
        </div>
      )}
      <div className={classes.line}>
        <div
          className={classes.bubble}
          data-media={isBareMedia(content)}
          data-failed={echo?.state === "failed"}
        >
          {message.replyTo && <ReplyPreview eventId={message.replyTo} target={target} />}
          <MessageBody content={content} sender={nameOf(room, event.sender)} />
          <span className={classes.meta}>
            {message.edited && <span>{texts.edited} </span>}
            <time dateTime={at.toISOString()} title={full.format(at)}>
              {clock.format(at)}
            </time>
          </span>
        </div>
        {active && content && !echo && (
          <MessageActions message={message} own={own} inThread={inThread} onDraft={onDraft} />
        )}
      </div>
      {echo && <EchoState echo={echo} />}
      <Reactions message={message} />
      {!inThread && message.thread && <ThreadSummary root={message.id} thread={message.thread} />}
    </article>
  );
});

const isBareMedia = (content: Message["content"]) =>
  (content?.kind === "image" || content?.kind === "video") && !content.caption;
