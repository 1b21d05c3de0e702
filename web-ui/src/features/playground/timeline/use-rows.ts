import { useMemo } from "react";
import { useChat, useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { layout, type Row } from "./layout.ts";
import { type Message, messagesOf } from "./messages.ts";

/** The lines to show, and all messages that are known, also those that have no line. */
export interface Rows {
  rows: Row[];
  byId: ReadonlyMap<string, Message>;
}

/** The open room's timeline, folded anew only when its events change. What is in a thread is shown there. */
export function useRows(): Rows {
  const { me } = useChat();
  const room = useRoom();
  const messages = useMemo(() => messagesOf(room.events, room.echoes, me), [room.events, room.echoes, me]);
  const { events, members } = room;
  return useMemo(() => {
    const byId = new Map(messages.map((message) => [message.id, message]));
    // Where the root is not loaded, nothing else would lead there. What was not sent must be seen, with its thread closed, too.
    const own = messages.filter(
      ({ threadRoot, echo }) => threadRoot === undefined || !byId.has(threadRoot) || echo?.state === "failed",
    );
    const name = (userId: string) => (userId === me ? texts.you : nameOf({ members }, userId));
    return { rows: layout(events, own, name), byId };
  }, [events, members, messages, me]);
}
