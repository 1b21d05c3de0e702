import { useEffect, useId } from "react";

const unsaved = new Set<string>();

/** Whether something is typed on the page that would be lost with it. */
export const hasUnsavedEdits = () => unsaved.size > 0;

/** Whoever typed it was asked. */
export const giveUpEdits = () => unsaved.clear();

/** Says that a form holds what was not saved. */
export function useUnsaved(isUnsaved: boolean): void {
  const id = useId();
  useEffect(() => {
    if (!isUnsaved) return;
    unsaved.add(id);
    return () => void unsaved.delete(id);
  }, [id, isUnsaved]);
}
