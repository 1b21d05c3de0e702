import { Text } from "@mantine/core";
import { useRoom } from "../chat-context.tsx";
import { nameOf } from "../rooms/room.ts";
import { texts } from "../texts.ts";

/** Who is typing; it keeps its line when nobody is, so that nothing jumps. */
export function TypingNotice() {
  const room = useRoom();
  const names = room.typing.map((userId) => nameOf(room, userId));
  return (
    <Text size="xs" c="dimmed" h={20} truncate role="status">
      {names.length > 0 && texts.typing(names)}
    </Text>
  );
}
