import { Button, Text } from "@mantine/core";
import type { LogLine } from "@rookery/host/api";
import { IconArrowDown } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import classes from "./InstanceLogs.module.css";
import { LogEntry } from "./LogEntry.tsx";
import { texts } from "./texts.ts";

/** Of a line that is not broken, in pixels, before it is measured. */
const LINE_PX = 21;
/** So near to the end it is followed. */
const NEAR_PX = 40;

/**
 * The lines of a log, of which only those around the ones that can be seen are in the document. It follows what comes
 * while its end is in sight, and stays where it is otherwise.
 */
export function LogLines({
  lines,
  gaps,
  entry,
  onEntry,
}: {
  lines: readonly LogLine[];
  gaps: ReadonlySet<number>;
  /** The line to scroll to, and to mark. */
  entry: number | undefined;
  onEntry: (entry: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  /** Lines whose stack is open. They are not in the document all the time. */
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 12,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_PX,
  });
  const goTo = useEffectEvent((id: number | undefined) => {
    const index = lines.findIndex((line) => line.id === id);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: "center" });
    else virtualizer.scrollToEnd();
  });
  const isThere = entry !== undefined && lines.some(({ id }) => id === entry);
  // Once, and again when what hid it is gone; not with each line that comes.
  useEffect(() => goTo(entry), [entry, isThere]);

  const items = virtualizer.getVirtualItems();
  const toggle = useCallback(
    (id: number, open: boolean) =>
      setOpened((before) => {
        const next = new Set(before);
        if (open) next.add(id);
        else next.delete(id);
        return next;
      }),
    [],
  );
  return (
    <div className={classes.frame}>
      <div
        className={classes.log}
        ref={box}
        role="log"
        // Rows that come into sight are no news, and what is logged comes too fast to be read out.
        aria-live="off"
        aria-label={texts.logs}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {lines.length === 0 && <Text c="dimmed">{texts.noMatch}</Text>}
        <div className={classes.whole} style={{ height: virtualizer.getTotalSize() }}>
          <div className={classes.part} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map(({ index, key }) => {
              const line = lines[index];
              return (
                line && (
                  <div key={key} data-index={index} ref={virtualizer.measureElement}>
                    {gaps.has(line.id) && <Text className={classes.gap}>{texts.gap}</Text>}
                    <LogEntry
                      line={line}
                      isMarked={line.id === entry}
                      isOpen={opened.has(line.id)}
                      onOpen={toggle}
                      onEntry={onEntry}
                    />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
      {lines.length > 0 && !virtualizer.isAtEnd(NEAR_PX) && (
        <Button
          className={classes.newest}
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => virtualizer.scrollToEnd()}
        >
          {texts.toNewest}
        </Button>
      )}
    </div>
  );
}
