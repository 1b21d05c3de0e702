import type { Database } from "@rookery/plugin-sdk";
import type { CaptionMode } from "./captions.ts";

/** `quiet`: posts, and nothing beside them: no sign of progress, and no word where one does not come. */
export type RoomMode = "on" | "quiet" | "off";

/** How the bot is wanted in rooms, and by whom it is not. */
export interface Wishes {
  /** What was not wished for is as the operator set it. */
  of(roomId: string): { mode: RoomMode; captions: CaptionMode };
  setMode(roomId: string, mode: RoomMode): void;
  setCaptions(roomId: string, captions: CaptionMode): void;
  /** Whether somebody's links are left alone. */
  isLeftAlone(userId: string): boolean;
  leaveAlone(userId: string, on: boolean): void;
}

export function createWishes(database: Database, captions: CaptionMode): Wishes {
  return {
    of(roomId) {
      const row = database.get<{ mode: RoomMode | null; captions: CaptionMode | null }>(
        "SELECT mode, captions FROM room WHERE room_id = ?",
        roomId,
      );
      return { mode: row?.mode ?? "on", captions: row?.captions ?? captions };
    },
    setMode: (roomId, mode) =>
      void database.run(
        "INSERT INTO room (room_id, mode) VALUES (?, ?) ON CONFLICT DO UPDATE SET mode = excluded.mode",
        roomId,
        mode,
      ),
    setCaptions: (roomId, mode) =>
      void database.run(
        "INSERT INTO room (room_id, captions) VALUES (?, ?) ON CONFLICT DO UPDATE SET captions = excluded.captions",
        roomId,
        mode,
      ),
    isLeftAlone: (userId) =>
      database.get("SELECT 1 AS yes FROM person WHERE user_id = ?", userId) !== undefined,
    leaveAlone(userId, on) {
      if (on) database.run("INSERT INTO person VALUES (?) ON CONFLICT DO NOTHING", userId);
      else database.run("DELETE FROM person WHERE user_id = ?", userId);
    },
  };
}
