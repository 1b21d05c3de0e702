import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useChat, useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { excerpt } from "../timeline/excerpt.ts";
import { type Message, messagesOf } from "../timeline/messages.ts";
import { goToMessage } from "./go-to-message.ts";
import classes from "./ReplyPreview.module.css";

/** What a message answers, in a line; a press goes there. What is not loaded is asked for. */
export function ReplyPreview({ eventId, target }: { eventId: string; target: Message | undefined }) {
  const { client, me } = useChat();
  const room = useRoom();
  const fetched = useQuery({
    queryKey: ["playground", "event", room.id, eventId],
    queryFn: async () => messagesOf([await client.event(room.id, eventId)], [], me)[0] ?? null,
    enabled: target === undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const message = target ?? fetched.data ?? undefined;
  const sender = message?.event.sender;
  const name = sender && (sender === me ? texts.you : nameOf(room, sender));
  return (
    <button
      type="button"
      className={classes.preview}
      onClick={({ currentTarget }) => goToMessage(eventId, currentTarget)}
    >
      {message && <VisuallyHidden>{texts.replyTo} </VisuallyHidden>}
      <span className={classes.name}>{name ?? "…"}</span>{" "}
      <span className={classes.words}>{message ? excerpt(message.content) : texts.replyUnknown}</span>
    </button>
  );
}
