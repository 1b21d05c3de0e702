const REASONS: Record<string, string> = {
  SQLITE_FULL: "the disk is full",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  SQLITE_READONLY: "it is read-only",
  EROFS: "it is read-only",
  EACCES: "the host's user may not write there",
  EPERM: "the host's user may not write there",
  SQLITE_CANTOPEN: "its database cannot be opened",
  SQLITE_IOERR: "the disk failed",
  EIO: "the disk failed",
};

/**
 * Why the data directory cannot be written, where an error says so; `null` for every other error.
 * SQLite's codes may carry more behind: `SQLITE_IOERR_WRITE`.
 */
export function whyUnwritable(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return null;
  return (
    Object.entries(REASONS).find(([start]) => code === start || code.startsWith(`${start}_`))?.[1] ?? null
  );
}
