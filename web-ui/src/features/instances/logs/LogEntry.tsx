import type { LogLine } from "@rookery/host/api";
import { type MouseEvent, memo } from "react";
import classes from "./InstanceLogs.module.css";
import { texts } from "./texts.ts";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** One line of a log. Its time is a link to it. */
export const LogEntry = memo(function LogEntry({
  line,
  isMarked,
  isOpen,
  onOpen,
  onEntry,
}: {
  line: LogLine;
  isMarked: boolean;
  isOpen: boolean;
  onOpen: (id: number, isOpen: boolean) => void;
  onEntry: (id: number) => void;
}) {
  const at = new Date(line.at);
  const follow = (event: MouseEvent) => {
    // In another tab, it is the browser's to open.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onEntry(line.id);
  };
  return (
    <div className={classes.line} data-level={line.level} aria-current={isMarked || undefined}>
      <a href={`?entry=${line.id}`} title={texts.linkTo(day.format(at))} onClick={follow}>
        <time dateTime={line.at}>{clock.format(at)}</time>
      </a>
      <span className={classes.level}>{line.level}</span>
      <div className={classes.message}>
        {line.message}
        {line.stack && (
          <details open={isOpen} onToggle={(event) => onOpen(line.id, event.currentTarget.open)}>
            <summary>{texts.stack}</summary>
            <pre>{line.stack}</pre>
          </details>
        )}
      </div>
    </div>
  );
});
