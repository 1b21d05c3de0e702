import type { Db } from "./database.ts";
import type { Page } from "./page.ts";

/** Who did something, what, and from where. Nothing in it is secret. */
export interface AuditEntry {
  /** Milliseconds since 1970. */
  at: number;
  /** `null` where nobody was signed in. */
  userName: string | null;
  sessionId: string | null;
  tokenId: string | null;
  tokenName: string | null;
  /** `null` where it came from the command line. */
  address: string | null;
  userAgent: string | null;
  /** Such as `instance.change`. */
  action: string;
  target: string | null;
  /** What changed, as it was. */
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** The error's code, where it failed. */
  error: string | null;
}

export type AuditRow = AuditEntry & { id: number };

/** Which entries to look at: the newest of those that fit. */
export interface AuditFilter extends Page {
  userName?: string | null | undefined;
  action?: string | null | undefined;
}

export type AuditLog = ReturnType<typeof createAuditLog>;

type Stored = Omit<AuditRow, "before" | "after"> & { before: string | null; after: string | null };

/** What was done, by whom. It is only ever added to; triggers hold that. */
export function createAuditLog(db: Db) {
  const append = db.prepare(
    `INSERT INTO audit_log
       (at, user_name, session_id, token_id, token_name, address, user_agent, action, target, before, after, error)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const page = db.prepare<Record<string, unknown>, Stored>(
    `SELECT id, at, user_name AS userName, session_id AS sessionId, token_id AS tokenId,
       token_name AS tokenName, address, user_agent AS userAgent, action, target, before, after, error
     FROM audit_log
     WHERE id < @before AND (@userName IS NULL OR user_name = @userName) AND (@action IS NULL OR action = @action)
     ORDER BY id DESC LIMIT @limit`,
  );
  const forget = db.prepare("DELETE FROM audit_log WHERE at < ?");
  const toText = (part: Record<string, unknown> | null) => (part === null ? null : JSON.stringify(part));
  const toPart = (text: string | null) => (text === null ? null : JSON.parse(text));

  return {
    append(entry: AuditEntry): void {
      const { at, userName, sessionId, tokenId, tokenName, address, userAgent, action, target } = entry;
      const who = [at, userName, sessionId, tokenId, tokenName, address, userAgent];
      append.run(...who, action, target, toText(entry.before), toText(entry.after), entry.error);
    },
    /** The newest first. */
    page({
      before = Number.MAX_SAFE_INTEGER,
      userName = null,
      action = null,
      limit,
    }: AuditFilter): AuditRow[] {
      return page
        .all({ before, userName, action, limit })
        .map((row) => ({ ...row, before: toPart(row.before), after: toPart(row.after) }));
    },
    /** @param olderThan milliseconds since 1970, at least 30 days ago */
    forget: (olderThan: number) => void forget.run(olderThan),
  };
}
