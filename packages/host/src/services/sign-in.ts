import { createHash, randomBytes } from "node:crypto";
import { AppError } from "../errors.ts";
import type { UserStore } from "../store/users.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

/** Who a session belongs to. */
export interface SignedIn {
  name: string;
  mustSetPassword: boolean;
}

/** Signing in to the page and the API. Tokens are random, and stored only as their SHA-256. */
export interface SignIn {
  /** A new token for the one-time link, good for an hour; the one before no longer works. */
  createOneTimeToken(): string;
  /** Whether somebody has set a password, so that no link is needed. */
  hasPassword(): boolean;
  /** @throws AppError `SIGN_IN_FAILED` */
  withOneTimeToken(token: string): string;
  /** @throws AppError `SIGN_IN_FAILED` */
  withPassword(name: string, password: string): Promise<string>;
  session(token: string): SignedIn | undefined;
  /** Sets name and password; every other session of the user ends. */
  setPassword(token: string, name: string, password: string): Promise<void>;
  signOut(token: string): void;
}

const FIRST_USER = "admin";
const ONE_TIME_MS = 60 * 60_000;
const IDLE_MS = 7 * 24 * 60 * 60_000;
const ABSOLUTE_MS = 30 * 24 * 60 * 60_000;
/** The last use is written at most this often. */
const TOUCH_MS = 60_000;

export function createSignIn(users: UserStore, now: () => number = Date.now): SignIn {
  function begin(userName: string): string {
    const token = randomBytes(32).toString("base64url");
    users.addSession(hashOf(token), userName, now());
    return token;
  }

  function session(token: string): SignedIn | undefined {
    const hash = hashOf(token);
    const found = users.session(hash);
    if (!found) return undefined;
    if (now() - found.lastUsedAt > IDLE_MS || now() - found.createdAt > ABSOLUTE_MS) {
      users.endSession(hash);
      return undefined;
    }
    if (now() - found.lastUsedAt > TOUCH_MS) users.touchSession(hash, now());
    return { name: found.userName, mustSetPassword: !users.get(found.userName)?.passwordHash };
  }

  return {
    createOneTimeToken() {
      users.ensure(FIRST_USER, now());
      const token = randomBytes(32).toString("base64url");
      users.setOneTimeToken(hashOf(token), FIRST_USER, now() + ONE_TIME_MS);
      return token;
    },
    hasPassword: () => users.hasPassword(),
    withOneTimeToken(token) {
      const userName = users.takeOneTimeToken(hashOf(token), now());
      if (userName !== undefined) return begin(userName);
      throw new AppError(
        "SIGN_IN_FAILED",
        "This link was used already, or is too old. Restart Rookery to get a new one.",
      );
    },
    async withPassword(name, password) {
      if (await verifyPassword(password, users.get(name)?.passwordHash)) return begin(name);
      throw new AppError("SIGN_IN_FAILED", "The name or the password is wrong.");
    },
    session,
    async setPassword(token, name, password) {
      const user = session(token);
      if (!user) throw new AppError("NOT_SIGNED_IN", "The session has ended. Sign in again.");
      if (name !== user.name && users.get(name)) {
        throw new AppError("CONFLICT", `There is a user "${name}" already. Choose another name.`);
      }
      users.setPassword(user.name, name, await hashPassword(password));
      users.endOtherSessions(name, hashOf(token));
    },
    signOut: (token) => users.endSession(hashOf(token)),
  };
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
