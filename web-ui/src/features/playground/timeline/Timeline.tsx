import { Button, Text } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useChat, useRoom } from "../chat-context.tsx";
import type { Draft } from "../composer/draft.ts";
import { MessageRow } from "../message/MessageRow.tsx";
import { texts } from "../texts.ts";
import { DayLine, NoticeLine } from "./lines.tsx";
import { moveFocus } from "./move-focus.ts";
import { Older } from "./Older.tsx";
import classes from "./Timeline.module.css";
import { useNewest } from "./use-newest.ts";
import { useRows } from "./use-rows.ts";

/**
 * The messages of the open room. The scrolling box is a reversed column: it stays at
 * its end by itself, whatever grows above, and arrow keys walk from message to message.
 */
export function Timeline({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { me } = useChat();
  const room = useRoom();
  const { rows, byId } = useRows();
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string>();
  const activate = (id: string) => {
    // A panel of a message keeps that message's actions while the pointer crosses others.
    if (!box.current?.querySelector(":popover-open")) setActive(id);
  };
  const { away, missed, toNewest } = useNewest(box, rows, me);
  const focusable = active && byId.has(active) ? active : rows.findLast((row) => row.kind === "message")?.key;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLElement && event.target.closest("[data-message]") === event.target) {
      moveFocus(event);
    }
  };
  return (
    <div className={classes.frame}>
      <div className={classes.box} ref={box}>
        <div
          className={classes.content}
          role="log"
          aria-label={texts.messages}
          onKeyDown={onKeyDown}
          onPointerLeave={() => !box.current?.contains(document.activeElement) && setActive(undefined)}
        >
          <Older key={room.id} box={box} />
          {rows.map((row) => {
            switch (row.kind) {
              case "day":
                return <DayLine key={row.key} at={row.at} />;
              case "notice":
                return <NoticeLine key={row.key} sentence={row.sentence} at={row.at} />;
              case "message":
                return (
                  <MessageRow
                    key={row.key}
                    message={row.message}
                    first={row.first}
                    target={row.message.replyTo === undefined ? undefined : byId.get(row.message.replyTo)}
                    active={row.key === active}
                    focusable={row.key === focusable}
                    onActivate={activate}
                    onDraft={onDraft}
                  />
                );
              default:
                return row satisfies never;
            }
          })}
          {!rows.some((row) => row.kind === "message") && (
            <Text c="dimmed" ta="center" p="xl">
              {texts.hint}
            </Text>
          )}
        </div>
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
