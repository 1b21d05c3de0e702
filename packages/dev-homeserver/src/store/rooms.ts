import type { Database } from "./database.ts";

export type RoomStore = ReturnType<typeof createRoomStore>;

/** What is kept of rooms beside their events: listing in the directory, aliases, who forgot them. */
export function createRoomStore(database: Database) {
  const addRoom = database.prepare("INSERT INTO rooms VALUES (?, ?)");
  const setPublished = database.prepare("UPDATE rooms SET published = ? WHERE room_id = ?");
  const published = database.prepare<[], { room_id: string }>(
    "SELECT room_id FROM rooms WHERE published = 1",
  );
  const alias = database.prepare<[string], { room_id: string; creator: string }>(
    "SELECT room_id, creator FROM aliases WHERE alias = ?",
  );
  const aliasesOf = database.prepare<[string], { alias: string }>(
    "SELECT alias FROM aliases WHERE room_id = ?",
  );
  const addAlias = database.prepare("INSERT INTO aliases VALUES (?, ?, ?)");
  const removeAlias = database.prepare("DELETE FROM aliases WHERE alias = ?");
  const forget = database.prepare("INSERT OR IGNORE INTO forgotten VALUES (?, ?)");
  const remember = database.prepare("DELETE FROM forgotten WHERE user_id = ? AND room_id = ?");
  const forgotten = database.prepare<[string], { room_id: string }>(
    "SELECT room_id FROM forgotten WHERE user_id = ?",
  );

  return {
    addRoom(roomId: string, isPublished: boolean): void {
      database.begin();
      addRoom.run(roomId, isPublished ? 1 : 0);
    },
    setPublished(roomId: string, isPublished: boolean): void {
      database.begin();
      setPublished.run(isPublished ? 1 : 0, roomId);
    },
    published: () => published.all().map((row) => row.room_id),
    alias: (name: string) => alias.get(name),
    aliasesOf: (roomId: string) => aliasesOf.all(roomId).map((row) => row.alias),
    addAlias(name: string, roomId: string, creator: string): void {
      database.begin();
      addAlias.run(name, roomId, creator);
    },
    removeAlias(name: string): void {
      database.begin();
      removeAlias.run(name);
    },
    forget(userId: string, roomId: string): void {
      database.begin();
      forget.run(userId, roomId);
    },
    remember(userId: string, roomId: string): void {
      database.begin();
      remember.run(userId, roomId);
    },
    forgotten: (userId: string) => new Set(forgotten.all(userId).map((row) => row.room_id)),
  };
}
