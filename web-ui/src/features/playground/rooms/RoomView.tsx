import { ActionIcon, Button, Title } from "@mantine/core";
import { IconMenu2, IconUsers } from "@tabler/icons-react";
import { useEffect, useId, useState } from "react";
import { Panel } from "../../../components/panel/Panel.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import { Composer } from "../composer/Composer.tsx";
import type { Draft } from "../composer/draft.ts";
import { texts } from "../texts.ts";
import { Timeline } from "../timeline/Timeline.tsx";
import { TypingNotice } from "../timeline/TypingNotice.tsx";
import { People } from "./People.tsx";
import classes from "./RoomView.module.css";
import { roomName } from "./room.ts";

/** One room: its heading, its messages, and where one writes. */
export function RoomView({ onShowRooms }: { onShowRooms: () => void }) {
  const { me } = useChat();
  const room = useRoom();
  const people = useId();
  const [draft, setDraft] = useState<Draft>({ kind: "new" });
  const joined = [...room.members.values()].filter((member) => member.membership === "join").length;
  useMarkRead();
  return (
    <section className={classes.room} aria-label={roomName(room, me)}>
      <header className={classes.header}>
        <ActionIcon
          className={classes.showRooms}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={texts.showRooms}
          onClick={onShowRooms}
        >
          <IconMenu2 size={20} aria-hidden />
        </ActionIcon>
        <Title order={1} tabIndex={-1} className={classes.name}>
          {roomName(room, me)}
        </Title>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconUsers size={16} aria-hidden />}
          popoverTarget={people}
        >
          {texts.members(joined)}
        </Button>
        <Panel id={people} label={texts.members(joined)} width={336}>
          <People />
        </Panel>
      </header>
      <Timeline onDraft={setDraft} />
      <footer className={classes.footer}>
        <TypingNotice />
        <Composer draft={draft} onDraft={setDraft} />
      </footer>
    </section>
  );
}

/** What is on the screen of someone who looks at the page counts as read. */
function useMarkRead() {
  const chat = useChat();
  const { id, unread } = useRoom();
  useEffect(() => {
    const read = () => document.visibilityState === "visible" && chat.markRead(id);
    if (unread > 0) read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [chat, id, unread]);
}
