import { useChat, useRoom } from "../chat-context.tsx";
import { asReply } from "./compose.ts";
import type { Draft } from "./draft.ts";

/** Sends files one after the other, in their order; the first answers the message that is replied to. */
export function useSendFiles(draft: Draft, sent: () => void): (files: File[]) => void {
  const chat = useChat();
  const room = useRoom();
  return (files) => {
    const relation = draft.kind === "reply" ? asReply({}, draft.message) : {};
    const sendAll = async () => {
      for (const [index, file] of files.entries()) {
        await chat.sendFile(room.id, file, index === 0 ? relation : {});
      }
    };
    void sendAll();
    if (files.length > 0) sent();
  };
}
