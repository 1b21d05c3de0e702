import { Button, CloseButton, Text } from "@mantine/core";
import { createContext, type ReactNode, use, useCallback, useEffect, useState } from "react";
import { texts } from "../../texts.ts";
import classes from "./Toasts.module.css";

export interface Toast {
  message: string;
  /** What takes it back, or what to do next. */
  action?: { label: string; run: () => void };
  /** A failure stays until it is closed. */
  failed?: boolean;
}

const LASTS_MS = 8_000;

const ToastContext = createContext<((toast: Toast) => void) | null>(null);

/** Says in the corner of the page that something was done, to eyes and to screen readers. */
export function useToast(): (toast: Toast) => void {
  const show = use(ToastContext);
  if (!show) throw new Error("useToast outside of Toasts");
  return show;
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Toast & { id: string })[]>([]);
  const show = useCallback(
    // Good news makes room for the next; failures stay until they were read.
    (toast: Toast) =>
      setToasts((before) => [
        ...before.filter((other) => other.failed).slice(-2),
        { ...toast, id: crypto.randomUUID() },
      ]),
    [],
  );
  const close = useCallback(
    (id: string) => setToasts((before) => before.filter((toast) => toast.id !== id)),
    [],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className={classes.corner} role="status">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} id={toast.id} onClose={close} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastCard({ toast, id, onClose }: { toast: Toast; id: string; onClose: (id: string) => void }) {
  const [held, setHeld] = useState(false);
  const { message, action, failed } = toast;
  useEffect(() => {
    // It does not go while one is about to press it.
    if (held || failed) return;
    const timer = setTimeout(() => onClose(id), LASTS_MS);
    return () => clearTimeout(timer);
  }, [held, failed, id, onClose]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: being pointed at only keeps it from going
    <div
      className={classes.toast}
      data-failed={failed}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Text className={classes.message}>{message}</Text>
      {action && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            onClose(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <CloseButton size="sm" aria-label={texts.close} onClick={() => onClose(id)} />
    </div>
  );
}
