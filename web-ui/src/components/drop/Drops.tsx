import { Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import {
  createContext,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import classes from "./Drops.module.css";

/** What becomes of files that are dropped, and what is said of it while they hover over the page. */
export interface Zone {
  title: string;
  hint?: string;
  onDrop: (files: File[]) => void;
}

/** Takes a zone in, and gives what takes it out again. */
export const DropsContext = createContext<(zone: Zone) => () => void>(() => () => undefined);

/**
 * Takes files that are dropped anywhere on the page, also beside what would else take them (an editor) or have the
 * browser leave for them.
 *
 * @param fallback what takes them where the page has no zone of its own
 * @param isAlways which files go to `fallback` also where it has one
 * @param alwaysHint says so beside the zone's own words
 */
export function Drops({
  fallback,
  isAlways,
  alwaysHint,
  children,
}: {
  fallback: Zone;
  isAlways: (file: File) => boolean;
  alwaysHint: string;
  children: ReactNode;
}) {
  const [zones, setZones] = useState<readonly Zone[]>([]);
  const [isOver, setIsOver] = useState(false);
  const enter = useCallback((zone: Zone) => {
    setZones((before) => [...before, zone]);
    return () => setZones((before) => before.filter((other) => other !== zone));
  }, []);
  const own = zones.at(-1);
  const drop = useEffectEvent((files: File[]) => {
    const zone = own && !files.every(isAlways) ? own : fallback;
    zone.onDrop(files);
  });
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const onDragOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const onDragLeave = (event: DragEvent) => event.relatedTarget === null && setIsOver(false);
    const onDropped = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setIsOver(false);
      drop([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", onDragOver);
    window.addEventListener("dragleave", onDragLeave);
    window.addEventListener("drop", onDropped, { capture: true });
    return () => {
      window.removeEventListener("dragover", onDragOver);
      window.removeEventListener("dragleave", onDragLeave);
      window.removeEventListener("drop", onDropped, { capture: true });
    };
  }, []);
  return (
    <DropsContext value={enter}>
      {children}
      {isOver && <Target zone={own ?? fallback} also={own && alwaysHint} />}
    </DropsContext>
  );
}

function Target({ zone, also }: { zone: Zone; also: string | undefined }) {
  const ref = useRef<HTMLDivElement>(null);
  // Above dialogs, too.
  useEffect(() => ref.current?.showPopover(), []);
  return (
    <div ref={ref} popover="manual" className={classes.over}>
      <IconUpload size={40} aria-hidden />
      <Text fw={600}>{zone.title}</Text>
      {zone.hint && <Text>{zone.hint}</Text>}
      {also && <Text>{also}</Text>}
    </div>
  );
}
