import { useEffect, useRef } from "react";
import { useChat, useRoom } from "../chat-context.tsx";

/** The homeserver forgets a typing notice after 10 s; it is said again before that. */
const AGAIN_MS = 5_000;

/** Tells the room that one is typing, no more often than needed, and that one stopped. */
export function useTyping(): (typing: boolean) => void {
  const chat = useChat();
  const { id } = useRoom();
  const saidAt = useRef(0);
  const say = (typing: boolean) => {
    const now = Date.now();
    if (typing ? now - saidAt.current < AGAIN_MS : saidAt.current === 0) return;
    saidAt.current = typing ? now : 0;
    chat.typing(id, typing);
  };
  useEffect(
    () => () => {
      if (saidAt.current !== 0) chat.typing(id, false);
    },
    [chat, id],
  );
  return say;
}
