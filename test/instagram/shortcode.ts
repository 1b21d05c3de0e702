const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The CODE in `/p/CODE/` is the media's number (`pk`) written with 64 digits. */
export function shortcodeOf(pk: bigint): string {
  const rest = pk / 64n;
  return (rest > 0n ? shortcodeOf(rest) : "") + ALPHABET[Number(pk % 64n)];
}
