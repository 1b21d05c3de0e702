import { Anchor, Text } from "@mantine/core";
import type { LogLine } from "@rookery/host/api";
import { texts } from "./texts.ts";

/** Says where the line is that a link leads to, if it is not to be seen. */
export function LinkedLine({
  entry,
  lines,
  shown,
  onShow,
}: {
  entry: number;
  lines: readonly LogLine[];
  shown: readonly LogLine[];
  onShow: () => void;
}) {
  const holds = (of: readonly LogLine[]) => of.some(({ id }) => id === entry);
  if (holds(shown)) return null;
  return (
    <Text mb="xs" role="status">
      {holds(lines) ? (
        <>
          {texts.linkedHidden}{" "}
          <Anchor component="button" type="button" onClick={onShow}>
            {texts.showAll}
          </Anchor>
        </>
      ) : (
        texts.linkedGone
      )}
    </Text>
  );
}
