import { Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState } from "react";
import classes from "./DropZone.module.css";

/** Takes files dropped anywhere on the page, and says so while they hover over it. */
export function DropZone({
  title,
  hint,
  onDrop,
}: {
  title: string;
  hint?: string;
  onDrop: (files: File[]) => void;
}) {
  const [over, setOver] = useState(false);
  const drop = useEffectEvent(onDrop);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const onDragOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const onDropped = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      drop([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", onDragOver);
    window.addEventListener("dragleave", onDragLeave);
    window.addEventListener("drop", onDropped);
    return () => {
      window.removeEventListener("dragover", onDragOver);
      window.removeEventListener("dragleave", onDragLeave);
      window.removeEventListener("drop", onDropped);
    };
  }, []);
  if (!over) return null;
  return (
    <div className={classes.over}>
      <IconUpload size={40} aria-hidden />
      <Text fw={600}>{title}</Text>
      {hint && <Text>{hint}</Text>}
    </div>
  );
}
