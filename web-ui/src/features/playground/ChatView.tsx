import { Button, Text } from "@mantine/core";
import type { Playground } from "@rookery/host/api";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { playgroundQuery } from "../../api/playground.ts";
import { Dialog } from "../../components/Dialog.tsx";
import { createChat } from "./chat.ts";
import { ChatProvider, RoomProvider, useChat, useChatState } from "./chat-context.tsx";
import classes from "./Playground.module.css";
import { Invitation } from "./rooms/Invitation.tsx";
import { RoomList } from "./rooms/RoomList.tsx";
import { RoomView } from "./rooms/RoomView.tsx";
import { texts } from "./texts.ts";
import { ThreadPanel } from "./threads/ThreadPanel.tsx";

const route = getRouteApi("/signed-in/playground");

/** The chat as long as it is open: it syncs from here until one leaves the page. */
export function ChatView({ playground }: { playground: NonNullable<Playground> }) {
  const [chat] = useState(() => createChat(playground));
  useEffect(() => chat.start(), [chat]);
  return (
    <ChatProvider value={chat}>
      <ConnectionBar />
      <Rooms />
    </ChatProvider>
  );
}

function Rooms() {
  const { playground } = useChat();
  const { rooms } = useChatState();
  const [listed, setListed] = useState(false);
  const { room: asked, thread } = route.useSearch();
  const room =
    rooms.get(asked ?? playground.roomId) ?? rooms.get(playground.roomId) ?? [...rooms.values()][0];
  const close = () => setListed(false);
  return (
    <div className={classes.chat} data-thread={thread !== undefined}>
      <div className={classes.rooms}>
        <Text size="xs" c="dimmed" fw={500} px={12} pb={8}>
          {texts.rooms}
        </Text>
        <RoomList chosen={room?.id} />
      </div>
      <Dialog opened={listed} onClose={close} title={texts.rooms} size="side">
        <RoomList chosen={room?.id} onChoose={close} />
      </Dialog>
      {room ? (
        <RoomProvider value={room}>
          {room.membership === "invite" ? (
            <Invitation key={room.id} />
          ) : (
            <>
              <RoomView key={room.id} onShowRooms={() => setListed(true)} />
              {thread !== undefined && <ThreadPanel key={thread} root={thread} />}
            </>
          )}
        </RoomProvider>
      ) : (
        <div className={classes.alone} />
      )}
    </div>
  );
}

/** Says when one is not connected, and nothing while one is. */
function ConnectionBar() {
  const { connection, rooms } = useChatState();
  const client = useQueryClient();
  return (
    <div role="status">
      {connection === "connecting" && rooms.size === 0 && (
        <Text className={classes.connection}>{texts.connecting}</Text>
      )}
      {connection === "lost" && (
        <Text className={classes.connection} data-bad>
          {texts.lost}
        </Text>
      )}
      {connection === "refused" && (
        <div className={classes.connection} data-bad>
          <Text>{texts.refused}</Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => client.resetQueries({ queryKey: playgroundQuery.queryKey })}
          >
            {texts.reload}
          </Button>
        </div>
      )}
    </div>
  );
}
