/** Is it said in a verification? Many clients say it in the clear, also where the room is encrypted. */
export function isOfVerification(event: unknown): boolean {
  const { type, content } = (event ?? {}) as { type?: unknown; content?: { msgtype?: unknown } | null };
  const kind = type === "m.room.message" ? content?.msgtype : type;
  return typeof kind === "string" && kind.startsWith("m.key.verification.");
}
