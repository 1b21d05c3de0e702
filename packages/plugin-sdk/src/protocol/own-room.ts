/**
 * Whether a delivery has a room of its own, in which it is answered. What the clock or a webhook
 * brought has none, and names the rooms that it writes to.
 */
export function hasOwnRoom(roomId: string): boolean {
  return roomId.startsWith("!");
}
