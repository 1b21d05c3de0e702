import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef } from "react";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { useChat, useRoom } from "../chat-context.tsx";
import { roomName } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import classes from "./Timeline.module.css";

/** The top of the timeline: it loads what is older once one comes near it. */
export function Older({ box }: { box: RefObject<HTMLDivElement | null> }) {
  const chat = useChat();
  const room = useRoom();
  const line = useRef<HTMLDivElement>(null);
  const { mutate, isPending, error } = useMutation({ mutationFn: () => chat.loadOlder(room.id) });
  const from = room.olderFrom;
  useEffect(() => {
    if (!from || !line.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && mutate(), {
      root: box.current,
      rootMargin: "400px 0px 0px",
    });
    observer.observe(line.current);
    return () => observer.disconnect();
  }, [from, mutate, box]);
  if (!from) {
    return (
      <Text className={classes.older} size="xs">
        {texts.beginning(roomName(room, chat.me))}
      </Text>
    );
  }
  return (
    <div ref={line} className={classes.older}>
      <ProblemAlert error={error} />
      <Button variant="subtle" size="compact-sm" loading={isPending} onClick={() => mutate()}>
        {texts.loadOlder}
      </Button>
    </div>
  );
}
