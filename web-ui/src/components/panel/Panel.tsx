import { type ReactNode, type ToggleEvent, useRef } from "react";
import classes from "./Panel.module.css";
import { place } from "./place.ts";

/**
 * The browser's own popover, put beside the button that names it in `popoverTarget`. It closes on
 * Escape or a press elsewhere and gives the focus back by itself.
 */
export function Panel({
  id,
  label,
  width,
  onOpened,
  children,
}: {
  id: string;
  label: string;
  width?: number;
  onOpened?: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const onToggle = (event: ToggleEvent<HTMLDivElement>) => {
    const panel = ref.current;
    if (!panel) return;
    if (event.newState === "closed") {
      delete panel.dataset.placed;
      return;
    }
    const trigger = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
    if (!trigger) return;
    const screen = { width: window.innerWidth, height: window.innerHeight };
    const { left, top } = place(trigger.getBoundingClientRect(), panel.getBoundingClientRect(), screen);
    panel.style.left = `${left}px`;
    panel.style.top = `${top}px`;
    panel.dataset.placed = "true";
    onOpened?.();
  };
  return (
    <div
      ref={ref}
      id={id}
      popover="auto"
      role="dialog"
      aria-label={label}
      className={classes.panel}
      style={width === undefined ? undefined : { width }}
      onToggle={onToggle}
    >
      {children}
    </div>
  );
}

export const hidePanel = (id: string) => document.getElementById(id)?.hidePopover();
