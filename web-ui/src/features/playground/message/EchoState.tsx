import { Button, Group, Progress, Text } from "@mantine/core";
import { useChat, useRoom } from "../chat-context.tsx";
import { texts } from "../texts.ts";
import type { Echo } from "../timeline/echoes.ts";

/** How far what one sent has come, or why it did not go, and what can be done. */
export function EchoState({ echo }: { echo: Echo }) {
  const chat = useChat();
  const { id } = useRoom();
  if (echo.state === "failed") {
    const isFile = typeof echo.event.content.url === "string";
    return (
      <Group gap="xs" justify="flex-end" role="alert">
        <Text size="xs" c="var(--rook-bad)">
          {texts.notSent(echo.reason ?? "")}
        </Text>
        {!isFile && (
          <Button size="compact-xs" variant="default" onClick={() => void chat.retry(id, echo)}>
            {texts.retry}
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={() => chat.discard(id, echo.transactionId)}>
          {texts.discard}
        </Button>
      </Group>
    );
  }
  if (echo.progress !== undefined && echo.eventId === undefined) {
    const percent = Math.round(echo.progress * 100);
    return <Progress value={percent} w={160} mt={4} aria-label={texts.uploading(percent)} />;
  }
  return (
    <Text size="xs" c="dimmed" px={4}>
      {texts.sending}
    </Text>
  );
}
