import { ActionIcon } from "@mantine/core";
import { IconArrowBackUp, IconCode, IconMessages, IconPencil, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { Draft } from "../composer/draft.ts";
import { texts } from "../texts.ts";
import { useOpenThread } from "../threads/use-open-thread.ts";
import type { Message } from "../timeline/messages.ts";
import { EventSource } from "./EventSource.tsx";
import classes from "./MessageActions.module.css";
import { ReactionPicker } from "./ReactionPicker.tsx";
import { RemoveMessage } from "./RemoveMessage.tsx";

/** What one can do with a message. */
export function MessageActions({
  message,
  own,
  inThread,
  onDraft,
}: {
  message: Message;
  own: boolean;
  inThread: boolean;
  onDraft: (draft: Draft) => void;
}) {
  const [open, setOpen] = useState<"source" | "remove">();
  const openThread = useOpenThread();
  const close = () => setOpen(undefined);
  return (
    <div className={classes.actions} data-own={own} role="toolbar" aria-label={texts.actions}>
      <ReactionPicker message={message} />
      <Action label={texts.reply} onClick={() => onDraft({ kind: "reply", message })}>
        <IconArrowBackUp size={16} aria-hidden />
      </Action>
      {!inThread && (
        <Action label={texts.replyInThread} onClick={() => openThread(message.threadRoot ?? message.id)}>
          <IconMessages size={16} aria-hidden />
        </Action>
      )}
      {own && message.content?.kind === "text" && (
        <Action label={texts.edit} onClick={() => onDraft({ kind: "edit", message })}>
          <IconPencil size={16} aria-hidden />
        </Action>
      )}
      {own && (
        <Action label={texts.remove} onClick={() => setOpen("remove")}>
          <IconTrash size={16} aria-hidden />
        </Action>
      )}
      <Action label={texts.source} onClick={() => setOpen("source")}>
        <IconCode size={16} aria-hidden />
      </Action>
      <EventSource event={message.event} opened={open === "source"} onClose={close} />
      <RemoveMessage message={message} opened={open === "remove"} onClose={close} />
    </div>
  );
}

function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
