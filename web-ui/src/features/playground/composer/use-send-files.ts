import { useChat, useRoom } from "../chat-context.tsx";
import { asReply, inThread, type OpenThread } from "./compose.ts";
import type { Draft } from "./draft.ts";

/** Sends files one after the other, in their order; the first answers the message that is replied to. */
export function useSendFiles(
  draft: Draft,
  thread: OpenThread | undefined,
  sent: () => void,
): (files: File[]) => void {
  const chat = useChat();
  const room = useRoom();
  return (files) => {
    const alone = thread ? inThread({}, thread) : {};
    const first = draft.kind === "reply" ? asReply({}, draft.message, thread?.root) : alone;
    const sendAll = async () => {
      for (const [index, file] of files.entries()) {
        await chat.sendFile(room.id, file, index === 0 ? first : alone);
      }
    };
    void sendAll();
    if (files.length > 0) sent();
  };
}
