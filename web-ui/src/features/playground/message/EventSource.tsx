import { CopyableId } from "../../../components/CopyableId.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import type { MatrixEvent } from "../matrix/types.ts";
import { texts } from "../texts.ts";
import classes from "./EventSource.module.css";
import { WhatBecame } from "./WhatBecame.tsx";

/** The event behind a message, as the homeserver sent it, and what each bot made of it. */
export function EventSource({
  event,
  opened,
  onClose,
}: {
  event: MatrixEvent;
  opened: boolean;
  onClose: () => void;
}) {
  const source = JSON.stringify(event, null, 2);
  return (
    <Dialog opened={opened} onClose={onClose} title={texts.sourceTitle} size="lg">
      <CopyableId value={event.event_id} what={texts.eventId} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={classes.source} tabIndex={0}>
        {source}
      </pre>
      <CopyableId value={source} short={texts.json} what={texts.json} />
      <WhatBecame eventId={event.event_id} />
    </Dialog>
  );
}
