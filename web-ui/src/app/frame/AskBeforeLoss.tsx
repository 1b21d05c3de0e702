import { Button, Group, Stack, Text } from "@mantine/core";
import { Dialog } from "../../components/Dialog.tsx";
import { texts } from "../../texts.ts";

/** Asks who is about to leave behind what they typed. */
export function AskBeforeLoss({
  opened,
  onKeep,
  onLeave,
}: {
  opened: boolean;
  onKeep: () => void;
  onLeave: () => void;
}) {
  const { title, detail, keep, leave } = texts.unsaved;
  return (
    <Dialog opened={opened} onClose={onKeep} title={title}>
      <Stack>
        <Text>{detail}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onKeep} data-autofocus>
            {keep}
          </Button>
          <Button color="red.9" onClick={onLeave}>
            {leave}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
