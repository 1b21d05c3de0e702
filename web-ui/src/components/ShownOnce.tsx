import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { texts } from "../texts.ts";
import { CopyableId } from "./CopyableId.tsx";
import classes from "./ShownOnce.module.css";

/** A secret that nobody sees again, with what to do with it. */
export function ShownOnce({
  secret,
  what,
  detail,
  onDone,
}: {
  secret: string;
  what: string;
  detail: string;
  onDone: () => void;
}) {
  const secretBox = useRef<HTMLDivElement>(null);
  // What was pressed to have it is gone, and with it the focus: copying is what comes next.
  useEffect(() => secretBox.current?.querySelector("button")?.focus(), []);
  return (
    <Stack>
      <Text>{detail}</Text>
      <div className={classes.secret} ref={secretBox}>
        <CopyableId value={secret} what={what} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone}>{texts.copiedIt}</Button>
      </Group>
    </Stack>
  );
}
