import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useChat, useRoom } from "../chat-context.tsx";
import type { MatrixEvent, RelationsResponse } from "../matrix/types.ts";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";
import { layout } from "../timeline/layout.ts";
import { messagesOf } from "../timeline/messages.ts";
import type { Rows } from "../timeline/use-rows.ts";

/**
 * A thread with the message it begins with: what the room has loaded of it, and what is older, as the homeserver has it.
 */
export function useThread(rootId: string) {
  const { client, me } = useChat();
  const room = useRoom();
  const asked = useInfiniteQuery({
    queryKey: ["playground", "thread", room.id, rootId, room.gaps],
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }): Promise<RelationsResponse & { root: MatrixEvent }> => {
      const [root, page] = await Promise.all([
        client.event(room.id, rootId),
        client.relations(room.id, rootId, pageParam),
      ]);
      return { ...page, root };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_batch,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const { events, echoes, members } = room;
  const thread = useMemo(() => {
    const pages = asked.data?.pages ?? [];
    const fetched = pages.toReversed().flatMap(({ chunk }) => chunk.toReversed());
    const all = inOrder([...pages.slice(0, 1).map(({ root }) => root), ...fetched], events);
    const messages = messagesOf(all, echoes, me);
    const own = messages.filter(({ id, threadRoot }) => id === rootId || threadRoot === rootId);
    const ids = new Set(own.map(({ id }) => id));
    const name = (userId: string) => (userId === me ? texts.you : nameOf({ members }, userId));
    return {
      hasRoot: ids.has(rootId),
      rows: layout(
        all.filter(({ event_id }) => ids.has(event_id)),
        own,
        name,
      ),
      byId: new Map(own.map((message) => [message.id, message])),
      latest: own.findLast(({ echo }) => echo === undefined)?.id ?? rootId,
    } satisfies Rows & { hasRoot: boolean; latest: string };
  }, [asked.data, events, echoes, members, me, rootId]);
  return { ...thread, asked };
}

/** What was fetched before what the room has, each once: the room's own is what is newest of it. */
function inOrder(fetched: readonly MatrixEvent[], loaded: readonly MatrixEvent[]): MatrixEvent[] {
  const known = new Set(loaded.map(({ event_id }) => event_id));
  return [...fetched.filter(({ event_id }) => !known.has(event_id)), ...loaded];
}
