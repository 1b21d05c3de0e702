import { CloseButton } from "@mantine/core";
import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { texts } from "../texts.ts";
import classes from "./Dialog.module.css";

/**
 * The browser's own modal dialog: it keeps the focus inside, gives it back, and closes on
 * Escape or a press beside it. The element marked `data-autofocus` gets the focus first. Where what opened it is gone
 * when it closes, the page's heading has the focus then.
 */
export function Dialog({
  opened,
  onClose,
  title,
  size = "md",
  children,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** `side` stands at the left edge, for lists to choose from. */
  size?: "md" | "lg" | "full" | "side";
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || dialog.open === opened) return;
    if (!opened) {
      dialog.close();
      if (document.activeElement === document.body) document.querySelector<HTMLElement>("main h1")?.focus();
      return;
    }
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
  }, [opened]);
  /** Whether the press began beside it: who selects text up to beyond its edge does not mean to close it. */
  const beganBeside = useRef(false);
  const onPointerDown = (event: MouseEvent) => {
    beganBeside.current = event.target === ref.current;
  };
  const onPress = (event: MouseEvent) => beganBeside.current && event.target === ref.current && onClose();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same by keyboard
    <dialog
      ref={ref}
      className={classes.dialog}
      data-size={size}
      aria-labelledby={titleId}
      onClose={onClose}
      onPointerDown={onPointerDown}
      onClick={onPress}
    >
      {opened && (
        <div className={classes.content}>
          <header className={classes.header}>
            <h2 id={titleId}>{title}</h2>
            <CloseButton aria-label={texts.close} onClick={onClose} />
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
