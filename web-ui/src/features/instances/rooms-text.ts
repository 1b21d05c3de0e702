/** Room IDs as they are written into the form, one a line; `null` where one of them is none. */
export function readRooms(text: string): string[] | null {
  const rooms = text.split(/[\s,]+/).filter((word) => word !== "");
  return rooms.every((room) => /^![^:]./.test(room)) ? [...new Set(rooms)] : null;
}
