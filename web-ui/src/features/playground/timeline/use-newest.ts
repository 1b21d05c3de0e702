import { type RefObject, useEffect, useState } from "react";
import type { Row } from "./layout.ts";

/** So far from the end, in pixels, one is no longer at it. */
const AWAY_PX = 120;

/** Whether one has scrolled away from the newest message, and how many came since. */
export function useNewest(box: RefObject<HTMLDivElement | null>, rows: readonly Row[], me: string) {
  const [away, setAway] = useState(false);
  const [seen, setSeen] = useState<string>();
  const newest = rows.at(-1);
  const newestKey = newest?.key;
  const isOwn = newest?.kind === "message" && newest.message.event.sender === me;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // In a reversed column the end is 0 and what is above is negative.
    const onScroll = () => setAway(Math.abs(element.scrollTop) > AWAY_PX);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [box]);

  useEffect(() => {
    if (isOwn && newestKey && box.current) box.current.scrollTop = 0;
  }, [newestKey, isOwn, box]);

  useEffect(() => {
    if (!away) setSeen(newestKey);
  }, [newestKey, away]);

  const seenAt = rows.findIndex((row) => row.key === seen);
  const missed =
    away && seenAt >= 0 ? rows.slice(seenAt + 1).filter((row) => row.kind === "message").length : 0;
  const toNewest = () => {
    setSeen(newestKey);
    box.current?.scrollTo({ top: 0, behavior: "smooth" });
  };
  return { away, missed, toNewest };
}
