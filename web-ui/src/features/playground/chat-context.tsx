import { createContext, use, useSyncExternalStore } from "react";
import type { Chat, ChatState } from "./chat.ts";
import type { Room } from "./rooms/room.ts";

const ChatContext = createContext<Chat | null>(null);
const RoomContext = createContext<Room | null>(null);

export const ChatProvider = ChatContext.Provider;
export const RoomProvider = RoomContext.Provider;

export function useChat(): Chat {
  const chat = use(ChatContext);
  if (!chat) throw new Error("useChat outside of ChatProvider");
  return chat;
}

export function useChatState(): ChatState {
  const chat = useChat();
  return useSyncExternalStore(chat.subscribe, chat.getState);
}

/** The room that is open. */
export function useRoom(): Room {
  const room = use(RoomContext);
  if (!room) throw new Error("useRoom outside of RoomProvider");
  return room;
}
