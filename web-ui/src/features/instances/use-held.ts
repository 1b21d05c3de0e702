import { useState } from "react";
import { useUnsaved } from "../../components/unsaved.ts";

/**
 * Keeps what an edited form began with, while somebody else may change it: so that its edits are not lost,
 * and do not overwrite theirs.
 *
 * @param contentOf what of the instance (or account) the form is about
 */
export function useHeld<Thing>(current: Thing, contentOf: (thing: Thing) => unknown) {
  const [held, setHeld] = useState<Thing>();
  useUnsaved(held !== undefined);
  const text = (thing: Thing) => JSON.stringify(contentOf(thing));
  const isOvertaken = held !== undefined && text(held) !== text(current);
  const base = isOvertaken ? held : current;
  return {
    /** What the form's edits are meant for; its `etag` says so to the host. */
    base,
    /** What is there now is not what the form began with. */
    isOvertaken,
    hold: (isEdited: boolean) => setHeld(isEdited ? base : undefined),
    /** What was sent is saved as this, and edits went on meanwhile: they are meant for it now. */
    goOnFrom: (saved: Thing) => setHeld(saved),
  };
}
