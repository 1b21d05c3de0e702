/** So much of an answer is in the page's own memory; the browser keeps the rest where it likes, also on its disk. */
const PART_BYTES = 8_000_000;

/**
 * An answer's body as one blob, however long it takes.
 *
 * @param most bytes that are taken of it
 * @param onBytes hears how many there are
 * @returns `null` where there is more; the host is told that nobody reads on
 */
export async function gather(
  { body }: Response,
  most: number,
  onBytes: (bytes: number) => void,
): Promise<Blob | null> {
  if (!body) return new Blob();
  const reader = body.getReader();
  const parts: Blob[] = [];
  let held: Uint8Array<ArrayBuffer>[] = [];
  let heldBytes = 0;
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob([...parts, ...held]);
    held.push(value);
    heldBytes += value.length;
    bytes += value.length;
    onBytes(bytes);
    if (bytes > most) {
      await reader.cancel();
      return null;
    }
    if (heldBytes < PART_BYTES) continue;
    parts.push(new Blob(held));
    held = [];
    heldBytes = 0;
  }
}
