import { Button, Text, VisuallyHidden } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useChat, useChatState } from "../chat-context.tsx";
import { SpeakAs } from "../people/SpeakAs.tsx";
import { texts } from "../texts.ts";
import { NewRoom } from "./NewRoom.tsx";
import classes from "./RoomList.module.css";
import { type Room, roomName } from "./room.ts";

/** The rooms one is in, in an order that does not change while one looks: by name. */
export function RoomList({ chosen, onChoose }: { chosen: string | undefined; onChoose?: () => void }) {
  const { me } = useChat();
  const { rooms, connection } = useChatState();
  const [creating, setCreating] = useState(false);
  const sorted = [...rooms.values()].sort((a, b) => roomName(a, me).localeCompare(roomName(b, me)));
  return (
    <nav aria-label={texts.rooms}>
      {sorted.length === 0 && connection === "live" && (
        <Text c="dimmed" px={12}>
          {texts.noRooms}
        </Text>
      )}
      <ul className={classes.list}>
        {sorted.map((room) => (
          <li key={room.id}>
            <RoomLink
              room={room}
              name={roomName(room, me)}
              current={room.id === chosen}
              {...(onChoose && { onChoose })}
            />
          </li>
        ))}
      </ul>
      <Button
        variant="subtle"
        justify="flex-start"
        fullWidth
        px={12}
        mt={8}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setCreating(true)}
      >
        {texts.newRoom}
      </Button>
      <SpeakAs />
      <NewRoom
        opened={creating}
        onClose={() => {
          setCreating(false);
          onChoose?.();
        }}
      />
    </nav>
  );
}

function RoomLink({
  room,
  name,
  current,
  onChoose,
}: {
  room: Room;
  name: string;
  current: boolean;
  onChoose?: () => void;
}) {
  return (
    <Link
      to="/playground"
      search={{ room: room.id }}
      className={classes.room}
      data-current={current}
      aria-current={current ? "page" : undefined}
      activeProps={{}}
      onClick={onChoose}
    >
      <span className={classes.name}>{name}</span>
      {room.membership === "invite" && <span className={classes.count}>{texts.invited}</span>}
      {room.unread > 0 && (
        <span className={classes.count}>
          {room.unread}
          <VisuallyHidden> {texts.unread(room.unread)}</VisuallyHidden>
        </span>
      )}
    </Link>
  );
}
