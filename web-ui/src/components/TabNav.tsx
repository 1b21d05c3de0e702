import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./Tabs.module.css";

/** Links as tabs. On a phone they scroll, so that the chosen one is always in sight. */
export function TabNav({ label, children }: { label: string; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    const chosen = ref.current?.querySelector("[aria-current]");
    chosen?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav ref={ref} className={classes.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
