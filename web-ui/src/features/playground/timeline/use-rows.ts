import { useMemo } from "react";
import { useChat, useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { layout, type Row } from "./layout.ts";
import { type Message, messagesOf } from "./messages.ts";

/** The open room's timeline, folded anew only when its events change. */
export function useRows(): { rows: Row[]; byId: ReadonlyMap<string, Message> } {
  const { me } = useChat();
  const room = useRoom();
  const messages = useMemo(() => messagesOf(room.events, room.echoes, me), [room.events, room.echoes, me]);
  const { events, members } = room;
  return useMemo(
    () => ({
      rows: layout(events, messages, (userId) => (userId === me ? texts.you : nameOf({ members }, userId))),
      byId: new Map(messages.map((message) => [message.id, message])),
    }),
    [events, members, messages, me],
  );
}
