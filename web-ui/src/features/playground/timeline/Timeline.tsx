import { Button, Text } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useRef } from "react";
import { useChat, useRoom } from "../chat-context.tsx";
import type { Draft } from "../composer/draft.ts";
import { texts } from "../texts.ts";
import { MessageList } from "./MessageList.tsx";
import { Older } from "./Older.tsx";
import classes from "./Timeline.module.css";
import { useNewest } from "./use-newest.ts";
import { useRows } from "./use-rows.ts";

/**
 * The messages of the open room. The scrolling box is a reversed column: it stays at
 * its end by itself, whatever grows above.
 */
export function Timeline({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { me } = useChat();
  const room = useRoom();
  const { rows, byId } = useRows();
  const box = useRef<HTMLDivElement>(null);
  const { away, missed, toNewest } = useNewest(box, rows, me);
  const isEmpty = !rows.some((row) => row.kind === "message");
  return (
    <div className={classes.frame}>
      <div className={classes.box} ref={box}>
        {isEmpty && (
          <Text c="dimmed" ta="center" p="xl">
            {texts.hint}
          </Text>
        )}
        <MessageList rows={rows} byId={byId} label={texts.messages} onDraft={onDraft}>
          <Older key={room.id} box={box} />
        </MessageList>
      </div>
      {away && (
        <Button
          className={classes.newest}
          size="xs"
          radius="xl"
          rightSection={<IconArrowDown size={14} aria-hidden />}
          onClick={toNewest}
          aria-label={missed > 0 ? `${texts.newMessages(missed)}. ${texts.toNewest}` : texts.toNewest}
        >
          {missed > 0 ? texts.newMessages(missed) : texts.toNewest}
        </Button>
      )}
    </div>
  );
}
