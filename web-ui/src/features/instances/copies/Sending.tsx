import { Progress, Text } from "@mantine/core";
import { byteSize } from "../../../components/byte-size.ts";
import { texts } from "./texts.ts";

/** How far a file is on its way, and what comes after that. */
export function Sending({ sent, total }: { sent: number; total: number }) {
  const isSent = sent >= total;
  return (
    <div>
      <Text role="status">{isSent ? texts.checking : texts.sendingStatus}</Text>
      {!isSent && (
        <>
          <Progress value={(100 * sent) / total} my={4} aria-label={texts.sendingTheFile} />
          <Text size="xs" c="dimmed">
            {texts.sending(byteSize(sent), byteSize(total))}
          </Text>
        </>
      )}
    </div>
  );
}
