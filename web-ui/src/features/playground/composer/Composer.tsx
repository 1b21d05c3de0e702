import { ActionIcon, FileButton, Text, Textarea } from "@mantine/core";
import { IconPaperclip, IconSend2 } from "@tabler/icons-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { DropZone } from "../../../components/drop/DropZone.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import { roomName } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { lastOwnText } from "../timeline/last-own.ts";
import { messagesOf } from "../timeline/messages.ts";
import classes from "./Composer.module.css";
import { asEdit, asReply, inThread, type OpenThread, textContent } from "./compose.ts";
import { DraftBar } from "./DraftBar.tsx";
import type { Draft } from "./draft.ts";
import { useSendFiles } from "./use-send-files.ts";
import { useTyping } from "./use-typing.ts";

/**
 * Where one writes. Enter sends; arrow up in an empty field edits one's last message; Escape lets go.
 *
 * @param thread where one writes into a thread
 */
export function Composer({
  draft,
  thread,
  onDraft,
}: {
  draft: Draft;
  thread?: OpenThread;
  onDraft: (draft: Draft) => void;
}) {
  const chat = useChat();
  const room = useRoom();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping();
  const label = thread ? texts.composerThread : texts.composer(roomName(room, chat.me));
  const sendFiles = useSendFiles(draft, thread, () => onDraft({ kind: "new" }));

  useEffect(() => {
    if (draft.kind === "edit") setText(sourceOf(draft.message));
    if (draft.kind !== "new") field.current?.focus();
  }, [draft]);

  const reset = () => {
    setText("");
    onDraft({ kind: "new" });
    typing(false);
  };
  const send = () => {
    const typed = text.trim();
    if (!typed) return;
    const content = textContent(typed);
    if (draft.kind === "edit") void chat.sendMessage(room.id, asEdit(content, draft.message.id));
    else if (draft.kind === "reply")
      void chat.sendMessage(room.id, asReply(content, draft.message, thread?.root));
    else void chat.sendMessage(room.id, thread ? inThread(content, thread) : content);
    reset();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && draft.kind !== "new") {
      // It lets go of this, and of nothing around it.
      event.preventDefault();
      event.stopPropagation();
      reset();
    } else if (event.key === "ArrowUp" && text === "" && draft.kind === "new") {
      const here = messagesOf(room.events, room.echoes, chat.me).filter(
        ({ threadRoot }) => threadRoot === thread?.root,
      );
      const message = lastOwnText(here, chat.me);
      if (!message) return;
      event.preventDefault();
      onDraft({ kind: "edit", message });
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    sendFiles(files);
  };

  return (
    <div className={classes.composer}>
      <DropZone title={thread ? texts.dropInThread : texts.dropFiles} onDrop={sendFiles} />
      {draft.kind !== "new" && <DraftBar draft={draft} onCancel={reset} />}
      <div className={classes.line}>
        <FileButton multiple onChange={sendFiles}>
          {(props) => (
            <ActionIcon
              {...props}
              variant="subtle"
              color="gray"
              size="lg"
              title={texts.attach}
              aria-label={texts.attach}
            >
              <IconPaperclip size={20} aria-hidden />
            </ActionIcon>
          )}
        </FileButton>
        <Textarea
          ref={field}
          className={classes.field}
          variant="unstyled"
          aria-label={label}
          placeholder={label}
          {...(thread && { "data-autofocus": true })}
          value={text}
          autosize
          minRows={1}
          maxRows={10}
          onChange={(event) => {
            setText(event.currentTarget.value);
            typing(event.currentTarget.value !== "");
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <ActionIcon
          variant={text.trim() ? "filled" : "subtle"}
          color={text.trim() ? "rook" : "gray"}
          size="lg"
          title={texts.send}
          aria-label={texts.send}
          onClick={send}
        >
          <IconSend2 size={20} aria-hidden />
        </ActionIcon>
      </div>
      <Text size="xs" c="dimmed" className={classes.hint}>
        {texts.composerHint}
      </Text>
    </div>
  );
}

function sourceOf({ content }: Extract<Draft, { kind: "edit" }>["message"]): string {
  if (content?.kind !== "text") return "";
  return content.flavour === "emote" ? `/me ${content.body}` : content.body;
}
