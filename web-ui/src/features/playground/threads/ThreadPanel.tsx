import { Button, CloseButton, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { Rows } from "../../../components/QueryView.tsx";
import { SidePanel } from "../../../components/SidePanel.tsx";
import { Composer } from "../composer/Composer.tsx";
import type { Draft } from "../composer/draft.ts";
import { texts } from "../texts.ts";
import { MessageList } from "../timeline/MessageList.tsx";
import timeline from "../timeline/Timeline.module.css";
import classes from "./Thread.module.css";
import { useOpenThread } from "./use-open-thread.ts";
import { useThread } from "./use-thread.ts";

/** A thread beside its room, or over it where there is no space: its messages, and where one writes into it. */
export function ThreadPanel({ root }: { root: string }) {
  const openThread = useOpenThread();
  const thread = useThread(root);
  const { asked, hasRoot, latest } = thread;
  const [draft, setDraft] = useState<Draft>({ kind: "new" });
  const close = () => openThread(undefined);
  // When it is gone, which keeps the focus while it lies over the room: one goes on from where the thread begins.
  useEffect(
    () => () => document.querySelector<HTMLElement>(`[data-message="${CSS.escape(root)}"]`)?.focus(),
    [root],
  );
  return (
    <SidePanel label={texts.thread} onClose={close}>
      <header className={classes.header}>
        <h2>{texts.thread}</h2>
        <CloseButton aria-label={texts.closeThread} onClick={close} />
      </header>
      {!hasRoot && asked.isPending && <Rows />}
      {!hasRoot && asked.isError && <Text p={16}>{texts.threadUnknown}</Text>}
      {hasRoot && (
        <>
          <div className={timeline.box}>
            <MessageList {...thread} label={texts.threadMessages} inThread onDraft={setDraft}>
              <ProblemAlert error={asked.error} onRetry={() => void asked.refetch()} />
              {asked.hasNextPage && (
                <div className={timeline.older}>
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    loading={asked.isFetchingNextPage}
                    onClick={() => void asked.fetchNextPage()}
                  >
                    {texts.olderReplies}
                  </Button>
                </div>
              )}
            </MessageList>
          </div>
          <footer className={classes.footer}>
            <Composer draft={draft} thread={{ root, latest }} onDraft={setDraft} />
          </footer>
        </>
      )}
    </SidePanel>
  );
}
