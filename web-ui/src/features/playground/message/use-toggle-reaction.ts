import { useChat, useRoom } from "../chat-context.tsx";
import type { Message } from "../timeline/messages.ts";

/** Reacts with a key, or takes back one's own reaction with it. */
export function useToggleReaction(message: Message): (key: string) => void {
  const chat = useChat();
  const { id } = useRoom();
  return (key) => {
    const own = message.reactions.find((reaction) => reaction.key === key)?.own;
    if (own === undefined) void chat.react(id, message.id, key);
    else if (!own.startsWith("~")) void chat.redact(id, own);
  };
}
