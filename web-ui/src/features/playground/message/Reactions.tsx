import { VisuallyHidden } from "@mantine/core";
import { useChat, useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import type { Message } from "../timeline/messages.ts";
import classes from "./Reactions.module.css";
import { useToggleReaction } from "./use-toggle-reaction.ts";

/** The reactions under a message; a press adds one's own or takes it back. */
export function Reactions({ message }: { message: Message }) {
  const { me } = useChat();
  const room = useRoom();
  const toggle = useToggleReaction(message);
  if (message.reactions.length === 0) return null;
  return (
    <div className={classes.reactions}>
      {message.reactions.map(({ key, senders, own }) => {
        const names = senders.map((user) => (user === me ? texts.you : nameOf(room, user))).join(", ");
        return (
          <button
            key={key}
            type="button"
            className={classes.reaction}
            aria-pressed={own !== undefined}
            title={texts.reactedBy(names, key)}
            // One that is still on its way has no ID yet by which it could be taken back.
            aria-disabled={own?.startsWith("~")}
            onClick={() => toggle(key)}
          >
            <span className={classes.key}>{key}</span> {senders.length}
            <VisuallyHidden> {texts.by(names)}</VisuallyHidden>
          </button>
        );
      })}
    </div>
  );
}
