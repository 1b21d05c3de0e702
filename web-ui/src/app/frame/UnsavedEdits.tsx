import { useBlocker } from "@tanstack/react-router";
import { hasUnsavedEdits } from "../../components/unsaved.ts";
import { AskBeforeLoss } from "./AskBeforeLoss.tsx";

/**
 * Whoever follows a link, goes back or closes the tab with something unsaved is asked first. Where the page itself leads on
 * because something was saved, it says `ignoreBlocker`.
 */
export function UnsavedEdits() {
  const { status, proceed, reset } = useBlocker({
    // Tabs, filters and the like are in the address, and keep what is typed.
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && hasUnsavedEdits(),
    enableBeforeUnload: hasUnsavedEdits,
    withResolver: true,
  });
  return <AskBeforeLoss opened={status === "blocked"} onKeep={() => reset?.()} onLeave={() => proceed?.()} />;
}
