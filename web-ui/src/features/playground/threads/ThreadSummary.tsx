import { VisuallyHidden } from "@mantine/core";
import { IconMessages } from "@tabler/icons-react";
import { RelativeTime } from "../../../components/RelativeTime.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { excerpt } from "../timeline/excerpt.ts";
import { messagesOf, type ThreadSummary as Summary } from "../timeline/messages.ts";
import classes from "./Thread.module.css";
import { useOpenThread } from "./use-open-thread.ts";

/** How many replies a thread has, and the last of them; a press opens it. */
export function ThreadSummary({ root, thread: { count, latest } }: { root: string; thread: Summary }) {
  const { me } = useChat();
  const room = useRoom();
  const openThread = useOpenThread();
  const name = latest.sender === me ? texts.you : nameOf(room, latest.sender);
  const [last] = messagesOf([latest], [], me);
  return (
    <button type="button" className={classes.summary} onClick={() => openThread(root)}>
      <IconMessages size={14} aria-hidden />
      <span className={classes.count}>{texts.replies(count)}</span>
      <span className={classes.latest}>
        {name}: {excerpt(last?.content)}
      </span>
      <span className={classes.at}>
        <RelativeTime at={new Date(latest.origin_server_ts).toISOString()} />
      </span>
      <VisuallyHidden>. {texts.openThread}</VisuallyHidden>
    </button>
  );
}
