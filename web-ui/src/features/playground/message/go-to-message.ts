const FLASH_MS = 1_200;

/**
 * Scrolls to a message that is loaded, marks it for a moment and gives it the focus.
 *
 * @param from what leads there: a message that stands in the same list is meant before another one
 */
export function goToMessage(eventId: string, from: Element): void {
  const selector = `[data-message="${CSS.escape(eventId)}"]`;
  const row =
    from.closest("[role=log]")?.querySelector<HTMLElement>(selector) ??
    document.querySelector<HTMLElement>(selector);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  row.dataset.flash = "true";
  setTimeout(() => delete row.dataset.flash, FLASH_MS);
}
