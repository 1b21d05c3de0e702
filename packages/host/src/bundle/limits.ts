const MiB = 1024 * 1024;

/**
 * What a bundle may measure. A plugin with its dependencies and source map is some hundred KiB, so
 * these leave room for ten times the usual and still bound what reading a hostile file can cost.
 */
export const LIMITS = {
  fileBytes: 10 * MiB,
  entries: 100,
  nameBytes: 255,
  entryBytes: 20 * MiB,
  totalBytes: 40 * MiB,
  /** Source code deflates to about a fifth; a thousandth is deflate's end, and only bombs get there. */
  ratio: 200,
  /** Below this size any ratio is harmless. */
  ratioFromBytes: MiB,
  manifestBytes: 256 * 1024,
  manifestDepth: 64,
  signatureBytes: 4 * 1024,
};

/** `1.5 MiB`, for messages. */
export function showBytes(bytes: number): string {
  if (bytes >= MiB) return `${Number((bytes / MiB).toFixed(1))} MiB`;
  return bytes >= 1024 ? `${Number((bytes / 1024).toFixed(1))} KiB` : `${bytes} bytes`;
}
