/** The instance whose log is looked at: of the others, the host is to send no lines. */
let wanted = "";
let isTelling = false;
const watchers = new Set<() => void>();

/** Its ID, or `""` where none is looked at. */
export const wantedLog = () => wanted;

/** @returns ends it */
export function wantLog(id: string): () => void {
  set(id);
  return () => wanted === id && set("");
}

function set(id: string): void {
  wanted = id;
  if (isTelling) return;
  isTelling = true;
  // From one log to another is one change.
  queueMicrotask(() => {
    isTelling = false;
    for (const changed of watchers) changed();
  });
}

/** @returns ends it */
export function watchWantedLog(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
