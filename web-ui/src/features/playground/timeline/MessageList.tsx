import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import type { Draft } from "../composer/draft.ts";
import { MessageRow } from "../message/MessageRow.tsx";
import { DayLine, NoticeLine } from "./lines.tsx";
import { moveFocus } from "./move-focus.ts";
import classes from "./Timeline.module.css";
import type { Rows } from "./use-rows.ts";

/**
 * Messages one below the other. One has its actions at a time, and arrow keys walk from message to message.
 *
 * @param children what stands above them
 */
export function MessageList({
  rows,
  byId,
  label,
  inThread = false,
  onDraft,
  children,
}: Rows & { label: string; inThread?: boolean; onDraft: (draft: Draft) => void; children?: ReactNode }) {
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string>();
  const activate = (id: string) => {
    // A panel of a message keeps that message's actions while the pointer crosses others.
    if (!list.current?.querySelector(":popover-open")) setActive(id);
  };
  const isShown = rows.some((row) => row.key === active);
  const focusable = isShown ? active : rows.findLast((row) => row.kind === "message")?.key;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLElement && event.target.closest("[data-message]") === event.target) {
      moveFocus(event);
    }
  };
  return (
    <div
      ref={list}
      className={classes.content}
      role="log"
      aria-label={label}
      onKeyDown={onKeyDown}
      onPointerLeave={() => !list.current?.contains(document.activeElement) && setActive(undefined)}
    >
      {children}
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
                inThread={inThread}
                onActivate={activate}
                onDraft={onDraft}
              />
            );
          default:
            return row satisfies never;
        }
      })}
    </div>
  );
}
