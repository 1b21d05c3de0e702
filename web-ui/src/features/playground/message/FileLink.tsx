import { Button, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { byteSize } from "../../../components/byte-size.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { saveFile } from "../../../components/save-file.ts";
import { useChat } from "../chat-context.tsx";
import { texts } from "../texts.ts";
import type { MessageContent } from "../timeline/content.ts";

/** A file to save: fetched with the token when asked for, then handed to the browser. */
export function FileLink({ file }: { file: Extract<MessageContent, { kind: "file" }> }) {
  const { client } = useChat();
  const save = useMutation({
    mutationFn: (url: string) => client.download(url, new AbortController().signal),
    onSuccess: (blob) => saveFile(blob, file.name),
  });
  return (
    <>
      <Button
        variant="subtle"
        size="compact-md"
        px={4}
        leftSection={<IconDownload size={16} aria-hidden />}
        aria-label={texts.download(file.name)}
        loading={save.isPending}
        disabled={!file.url?.startsWith("mxc:")}
        onClick={() => file.url && save.mutate(file.url)}
      >
        {file.name}
      </Button>
      {file.size !== undefined && (
        <Text span size="xs" c="dimmed">
          {byteSize(file.size)}
        </Text>
      )}
      <ProblemAlert error={save.error} />
    </>
  );
}
