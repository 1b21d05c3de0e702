import type { KeyboardEvent } from "react";

const steps: Record<string, (index: number, last: number) => number> = {
  ArrowUp: (index) => index - 1,
  ArrowDown: (index) => index + 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Moves the focus from message to message by the arrow keys. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const messages = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-message]")];
  const index = messages.indexOf(event.target as HTMLElement);
  const last = messages.length - 1;
  messages[Math.min(Math.max(step(index, last), 0), last)]?.focus();
}
