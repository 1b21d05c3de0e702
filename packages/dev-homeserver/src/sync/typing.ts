import type { Stream } from "../store/stream.ts";

/** Who is typing where; kept in memory only. */
export interface Typing {
  set(roomId: string, userId: string, timeoutMs: number): void;
  clear(roomId: string, userId: string): void;
  /** Users who are typing, if that changed after `since`. */
  since(roomId: string, since: number): string[] | undefined;
  /** Stops all timers. */
  close(): void;
}

interface TypingRoom {
  readonly timers: Map<string, NodeJS.Timeout>;
  position: number;
}

export function createTyping(stream: Stream, onChange: (roomId: string) => void): Typing {
  const rooms = new Map<string, TypingRoom>();

  function changed(roomId: string, room: TypingRoom): void {
    room.position = stream.next();
    onChange(roomId);
  }

  function clear(roomId: string, userId: string): void {
    const room = rooms.get(roomId);
    const timer = room?.timers.get(userId);
    if (!room || !timer) return;
    clearTimeout(timer);
    room.timers.delete(userId);
    changed(roomId, room);
  }

  return {
    clear,
    set(roomId, userId, timeoutMs) {
      const room = rooms.get(roomId) ?? { timers: new Map(), position: 0 };
      rooms.set(roomId, room);
      const known = room.timers.get(userId);
      clearTimeout(known);
      room.timers.set(
        userId,
        setTimeout(() => clear(roomId, userId), Math.min(timeoutMs, 120_000)),
      );
      if (!known) changed(roomId, room);
    },
    since(roomId, since) {
      const room = rooms.get(roomId);
      return room && room.position > since ? [...room.timers.keys()] : undefined;
    },
    close() {
      for (const room of rooms.values()) for (const timer of room.timers.values()) clearTimeout(timer);
    },
  };
}
