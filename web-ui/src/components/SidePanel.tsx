import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import classes from "./SidePanel.module.css";

/** From this width on there is space for a panel beside the content. */
const BESIDE = "(min-width: 75em)";

/**
 * Stands beside the content where there is space for it. Else it lies over it as a modal sheet, on a phone all over, which
 * keeps the focus inside. Escape closes it. The element marked `data-autofocus` gets the focus, but not on a sheet, where
 * that would bring up a phone's keyboard.
 */
export function SidePanel({
  label,
  onClose,
  children,
}: {
  label: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const beside = window.matchMedia(BESIDE);
    const show = () => {
      if (dialog.open) dialog.close();
      if (beside.matches) dialog.show();
      else dialog.showModal();
      const field = beside.matches && dialog.querySelector<HTMLElement>("[data-autofocus]");
      (field || dialog).focus();
    };
    show();
    beside.addEventListener("change", show);
    return () => beside.removeEventListener("change", show);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    // What is open in it closes first.
    const isInner = event.target instanceof Element && event.target.closest("dialog") !== ref.current;
    if (isInner || ref.current?.querySelector(":popover-open")) return;
    event.preventDefault();
    onClose();
  };
  return (
    <dialog
      ref={ref}
      className={classes.panel}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      // It is also closed to be shown in the other way.
      onClose={(event) => event.target === ref.current && !ref.current.open && onClose()}
    >
      <div className={classes.content}>{children}</div>
    </dialog>
  );
}
