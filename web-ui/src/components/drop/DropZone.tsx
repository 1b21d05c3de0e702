import { use, useEffect, useEffectEvent } from "react";
import { DropsContext } from "./Drops.tsx";

/** Takes the files that are dropped anywhere on the page while it is there, in place of what takes them else. */
export function DropZone({
  title,
  hint,
  onDrop,
}: {
  title: string;
  hint?: string;
  onDrop: (files: File[]) => void;
}) {
  const enter = use(DropsContext);
  const drop = useEffectEvent(onDrop);
  useEffect(
    () => enter({ title, ...(hint !== undefined && { hint }), onDrop: (files) => drop(files) }),
    [enter, title, hint],
  );
  return null;
}
