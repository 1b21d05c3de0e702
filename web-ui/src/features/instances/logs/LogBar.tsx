import { Button, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import type { LogLine } from "@rookery/host/api";
import { IconDownload, IconPlayerPause, IconPlayerPlay, IconSearch } from "@tabler/icons-react";
import { saveFile } from "../../../components/save-file.ts";
import classes from "./InstanceLogs.module.css";
import type { Level } from "./log-search.ts";
import { logText } from "./log-text.ts";
import { texts } from "./texts.ts";

const levels: { value: Level; label: string }[] = [
  { value: "debug", label: texts.allLevels },
  { value: "info", label: texts.infoUp },
  { value: "warn", label: texts.warnUp },
  { value: "error", label: texts.errorsOnly },
];

/** What of the log is shown, whether it goes on, and how to take it along. */
export function LogBar({
  id,
  words,
  level,
  shown,
  all,
  waiting,
  onWords,
  onLevel,
  onPause,
}: {
  id: string;
  words: string;
  level: Level;
  shown: readonly LogLine[];
  all: number;
  /** How many lines came since it was paused; `null` where it goes on. */
  waiting: number | null;
  onWords: (words: string) => void;
  onLevel: (level: Level) => void;
  onPause: () => void;
}) {
  const download = () => saveFile(new Blob([logText(shown)], { type: "text/plain" }), `${id}-log.txt`);
  return (
    <Group mb="xs" gap="sm">
      <TextInput
        aria-label={texts.search}
        placeholder={texts.search}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        className={classes.search}
      />
      <NativeSelect
        aria-label={texts.level}
        data={levels}
        value={level}
        onChange={(event) => onLevel(event.currentTarget.value as Level)}
      />
      <Button
        variant="default"
        leftSection={
          waiting === null ? (
            <IconPlayerPause size={16} aria-hidden />
          ) : (
            <IconPlayerPlay size={16} aria-hidden />
          )
        }
        onClick={onPause}
      >
        {waiting === null ? texts.pause : texts.resume(waiting)}
      </Button>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        title={texts.downloadHelp}
        disabled={shown.length === 0}
        onClick={download}
      >
        {texts.download}
      </Button>
      <Text size="xs" c="dimmed">
        {texts.lines(shown.length, all)}
      </Text>
    </Group>
  );
}
