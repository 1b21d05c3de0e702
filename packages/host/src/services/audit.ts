import type { AuditEntry, AuditLog } from "../store/audit-log.ts";

/** From where a request came. */
export interface Visitor {
  address: string;
  userAgent: string | null;
}

/** Who asks for something: a user, by a session of the page or by an API token. */
export interface Identity {
  userName: string;
  sessionId: string | null;
  token: { id: string; name: string } | null;
}

/** What was done; the rest is who did it. */
export interface Deed {
  action: string;
  target?: string | null;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  /** The error's code, where it failed. */
  error?: string | null;
}

export interface Audit {
  record(deed: Deed, who: Identity | null, from: Visitor | null): void;
  page: AuditLog["page"];
}

const MAX_USER_AGENT = 256;

/** Writes down who did what. */
export function createAudit(log: AuditLog, now: () => number = Date.now): Audit {
  return {
    record({ action, target = null, before = null, after = null, error = null }, who, from) {
      const entry: AuditEntry = {
        at: now(),
        userName: who?.userName ?? null,
        sessionId: who?.sessionId ?? null,
        tokenId: who?.token?.id ?? null,
        tokenName: who?.token?.name ?? null,
        address: from?.address ?? null,
        userAgent: from?.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
        ...{ action, target, before, after, error },
      };
      log.append(entry);
    },
    page: log.page,
  };
}
