import { ActionIcon, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { excerpt } from "../timeline/excerpt.ts";
import classes from "./Composer.module.css";
import type { Draft } from "./draft.ts";

/** Says what one is about to answer or to change, and lets go of it. */
export function DraftBar({
  draft,
  onCancel,
}: {
  draft: Exclude<Draft, { kind: "new" }>;
  onCancel: () => void;
}) {
  const room = useRoom();
  return (
    <div className={classes.draft}>
      <div className={classes.words}>
        <Text size="xs" fw={600}>
          {draft.kind === "reply" ? texts.replying(nameOf(room, draft.message.event.sender)) : texts.editing}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {excerpt(draft.message.content)}
        </Text>
      </div>
      <ActionIcon variant="subtle" color="gray" aria-label={texts.cancel} onClick={onCancel}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}
