import { Button, Group, Stack, Text } from "@mantine/core";
import { Dialog } from "../../../components/Dialog.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import { texts } from "../texts.ts";
import { excerpt } from "../timeline/excerpt.ts";
import type { Message } from "../timeline/messages.ts";

export function RemoveMessage({
  message,
  opened,
  onClose,
}: {
  message: Message;
  opened: boolean;
  onClose: () => void;
}) {
  const chat = useChat();
  const { id } = useRoom();
  return (
    <Dialog opened={opened} onClose={onClose} title={texts.removeTitle}>
      <Stack>
        <Text lineClamp={3}>“{excerpt(message.content)}”</Text>
        <Text c="dimmed">{texts.removeDetail}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button
            color="red.9"
            data-autofocus
            onClick={() => {
              onClose();
              void chat.redact(id, message.id);
            }}
          >
            {texts.remove}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
