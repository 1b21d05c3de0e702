import type { OpenEvent } from "@rookery/host/api";

/**
 * Whether this page is older than the host: that was upgraded while the page was open. What the page has not loaded yet
 * may not be there any more, and what it knows of the API may be wrong.
 */
let isOld = false;
const watchers = new Set<() => void>();

export const isPageOld = () => isOld;

/** @returns ends it */
export function watchPageAge(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

export function notePageIsOld(): void {
  if (isOld) return;
  isOld = true;
  for (const changed of watchers) changed();
}

/** @param data of the event with which the host's stream begins */
export function noteHostsPage(data: string): void {
  const { page } = JSON.parse(data) as OpenEvent;
  const own = ownScript();
  if (page !== undefined && own !== undefined && page !== own) notePageIsOld();
}

/** The script that this page began with, named by its content; `undefined` where it is not a built one. */
function ownScript(): string | undefined {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  const path = script && new URL(script.src).pathname;
  return path?.startsWith("/assets/") ? path : undefined;
}
