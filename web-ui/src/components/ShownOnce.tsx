import { Button, Group, Stack, Text } from "@mantine/core";
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
  return (
    <Stack>
      <Text>{detail}</Text>
      <div className={classes.secret}>
        <CopyableId value={secret} what={what} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone}>{texts.copiedIt}</Button>
      </Group>
    </Stack>
  );
}
