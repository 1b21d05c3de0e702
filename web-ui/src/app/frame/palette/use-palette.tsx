import { Suspense, useEffect, useState } from "react";
import { lazyPart } from "../../../components/lazy-part.tsx";
import { IS_APPLE } from "./is-apple.ts";

const Palette = lazyPart(() => import("./Palette.tsx"), "Palette");

/** The search palette, opened by Ctrl K, or ⌘K on a Mac, everywhere; it is loaded when it is wanted first. */
export function usePalette() {
  const [opened, setOpened] = useState(false);
  const [isWanted, setWanted] = useState(false);
  const open = () => {
    setWanted(true);
    setOpened(true);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey) return;
      if (IS_APPLE ? !event.metaKey || event.ctrlKey : !event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      // One dialog at a time: what somebody is about to confirm stays in front.
      if (document.querySelector("dialog:modal")) return;
      setWanted(true);
      setOpened(true);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  const palette = isWanted && (
    <Suspense>
      <Palette opened={opened} onClose={() => setOpened(false)} />
    </Suspense>
  );
  return { open, palette };
}
