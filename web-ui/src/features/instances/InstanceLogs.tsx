import { Group, NativeSelect, Switch, Text, TextInput } from "@mantine/core";
import type { LogLine } from "@rookery/host/api";
import { IconFileText, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { logsQuery } from "../../api/instances.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import classes from "./InstanceLogs.module.css";
import { filterLog, type Level } from "./log-filter.ts";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/logs");
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

const levels: { value: Level; label: string }[] = [
  { value: "debug", label: texts.all },
  { value: "info", label: texts.infoUp },
  { value: "warn", label: texts.warnUp },
  { value: "error", label: texts.errorsOnly },
];

export function InstanceLogs() {
  const { id } = route.useParams();
  const logs = useQuery(logsQuery(id));
  return (
    <QueryView query={logs}>
      {(lines) =>
        lines.length === 0 ? (
          <EmptyState
            icon={<IconFileText size={40} />}
            title={texts.logsEmpty}
            detail={texts.logsEmptyDetail}
          />
        ) : (
          <Log lines={lines} />
        )
      }
    </QueryView>
  );
}

function Log({ lines }: { lines: LogLine[] }) {
  const [level, setLevel] = useState<Level>("debug");
  const [words, setWords] = useState("");
  const [follow, setFollow] = useState(true);
  const shown = filterLog(lines, level, words);
  const box = useRef<HTMLDivElement>(null);
  const newest = shown.at(-1);
  useEffect(() => {
    if (follow && newest && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, newest]);
  return (
    <>
      <Group mb="xs" gap="sm">
        <TextInput
          aria-label={texts.search}
          placeholder={texts.search}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          className={classes.search}
        />
        <NativeSelect
          aria-label={texts.level}
          data={levels}
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value as Level)}
        />
        <Switch
          label={texts.follow}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Text size="xs" c="dimmed" role="status">
          {texts.lines(shown.length, lines.length)}
        </Text>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={classes.log} ref={box} role="log" aria-label={texts.logs} tabIndex={0}>
        {shown.length === 0 && <Text c="dimmed">{texts.noMatch}</Text>}
        {shown.map((line, index) => (
          // Lines have no ID of their own; their place from the end of the log keeps them apart.
          <Line key={`${line.at} ${shown.length - index}`} line={line} />
        ))}
      </div>
    </>
  );
}

function Line({ line }: { line: LogLine }) {
  const at = new Date(line.at);
  return (
    <div className={classes.line} data-level={line.level}>
      <time dateTime={line.at} title={day.format(at)}>
        {clock.format(at)}
      </time>
      <span className={classes.level}>{line.level}</span>
      <div className={classes.message}>
        {line.message}
        {line.stack && (
          <details>
            <summary>{texts.stack}</summary>
            <pre>{line.stack}</pre>
          </details>
        )}
      </div>
    </div>
  );
}
