import { useEffect, useRef, useState } from "react";
import { useHeld } from "./use-held.ts";

/**
 * The edits of a form about an instance (or account): they stay while somebody else changes it, are saved over nothing of
 * theirs, and what is typed while they are being saved stays as well.
 *
 * @param contentOf what of the instance the form is about
 */
export function useEdits<Thing, Draft>(current: Thing, contentOf: (thing: Thing) => unknown) {
  const held = useHeld(current, contentOf);
  const [draft, keepDraft] = useState<Draft>();
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  }, [draft]);
  const set = (next: Draft | undefined) => {
    keepDraft(next);
    held.hold(next !== undefined);
  };
  return {
    /** `undefined` where nothing was edited. */
    draft,
    set,
    /** What the edits are meant for. */
    base: held.base,
    isOvertaken: held.isOvertaken,
    /** To be called with what the host answered to the edits that are there now. */
    sent: () => {
      const was = JSON.stringify(draft);
      return (saved: Thing) => {
        if (JSON.stringify(latest.current) === was) set(undefined);
        else held.goOnFrom(saved);
      };
    },
  };
}
