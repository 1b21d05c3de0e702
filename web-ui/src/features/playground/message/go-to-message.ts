const FLASH_MS = 1_200;

/** Scrolls to a message that is loaded, marks it for a moment and gives it the focus. */
export function goToMessage(eventId: string): void {
  const row = document.getElementById(`message-${eventId}`);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  row.dataset.flash = "true";
  setTimeout(() => delete row.dataset.flash, FLASH_MS);
}
