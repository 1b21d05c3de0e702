import { AppError } from "../errors.ts";
import type { ApiTokenRow, ApiTokenStore } from "../store/api-tokens.ts";
import { includesRole, lesserRole, type Role } from "../store/roles.ts";
import type { UserStore } from "../store/users.ts";
import { noteUse } from "./note-use.ts";
import { hashOfToken, randomApiToken, randomId } from "./random-token.ts";

export interface NewApiToken {
  name: string;
  role: Role;
  days: number;
}

/** Tokens for scripts. Each belongs to a user, can do no more than that user, and ends some day. */
export interface ApiTokens {
  /** Those of a user, the oldest first; expired ones for 30 days more. */
  list(userName: string): ApiTokenRow[];
  /**
   * @returns the token itself, which is kept nowhere
   * @throws AppError `FORBIDDEN` beyond the user's role; `CONFLICT` where the name is taken; `LIMIT`
   */
  create(userName: string, token: NewApiToken): { row: ApiTokenRow; token: string };
  /** @throws AppError `NOT_FOUND` */
  remove(userName: string, id: string): void;
  /** Whose token it is, and what it may do now; `undefined` where it is none, or not any more. */
  find(token: string): { row: ApiTokenRow; role: Role } | undefined;
  /** Deletes what expired long ago. */
  forget(): void;
}

const DAY_MS = 24 * 60 * 60_000;
const KEPT_MS = 30 * DAY_MS;
const MAX_TOKENS = 100;
/** The last use is written at most this often. */
const TOUCH_MS = 60_000;

export function createApiTokens(options: {
  tokens: ApiTokenStore;
  users: UserStore;
  now?: () => number;
}): ApiTokens {
  const { tokens, users, now = Date.now } = options;
  return {
    list: tokens.ofUser,
    create(userName, { name, role, days }) {
      const own = users.get(userName)?.role;
      if (own === undefined) throw new AppError("NOT_FOUND", `There is no user "${userName}".`);
      if (!includesRole(own, role)) {
        throw new AppError("FORBIDDEN", `You are ${own}: a token of yours cannot be ${role}.`);
      }
      const others = tokens.ofUser(userName);
      if (others.some((token) => token.name === name)) {
        throw new AppError("CONFLICT", `You have a token "${name}" already. Choose another name.`);
      }
      if (others.length >= MAX_TOKENS) {
        throw new AppError("LIMIT", `You have ${MAX_TOKENS} tokens. Revoke one that is not needed any more.`);
      }
      const token = randomApiToken();
      const row = {
        id: randomId(),
        userName,
        name,
        role,
        createdAt: now(),
        expiresAt: now() + days * DAY_MS,
      };
      tokens.add(hashOfToken(token), row);
      return { row: { ...row, lastUsedAt: null }, token };
    },
    remove(userName, id) {
      if (!tokens.remove(userName, id)) throw new AppError("NOT_FOUND", `There is no token ${id}.`);
    },
    find(token) {
      const row = tokens.get(hashOfToken(token));
      const user = row && users.get(row.userName);
      if (!row || !user || user.disabledAt !== null || row.expiresAt <= now()) return undefined;
      if (now() - (row.lastUsedAt ?? 0) > TOUCH_MS) noteUse(() => tokens.touch(row.id, now()));
      return { row, role: lesserRole(row.role, user.role) };
    },
    forget: () => tokens.forget(now() - KEPT_MS),
  };
}
