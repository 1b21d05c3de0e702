import { AppError } from "../errors.ts";
import type { Role } from "../store/roles.ts";
import type { SecretBox } from "../store/secret-box.ts";
import type { UserRow, UserStore } from "../store/users.ts";
import type { Audit, Visitor } from "./audit.ts";
import { createKnownDevices } from "./known-devices.ts";
import { createPasswordCheck } from "./password-check.ts";
import { createPasswords, type Passwords } from "./passwords.ts";
import { hashOfToken, randomToken } from "./random-token.ts";
import type { Sessions } from "./sessions.ts";
import { createSignInThrottle } from "./sign-in-throttle.ts";

/** Who a session belongs to. */
export interface SignedIn {
  /** The session's. */
  id: string;
  name: string;
  role: Role;
  mustSetPassword: boolean;
}

/** What a browser gets that was let in. */
export interface Admission {
  /** The token of its session. */
  token: string;
  /** By which it is known as one in which this user signed in before. */
  device: string;
}

export interface NewPassword {
  name: string;
  password: string;
  /** Needed where there is a password already. */
  currentPassword?: string | undefined;
}

/** Signing in to the page and the API. Tokens are random, and stored only as their SHA-256. */
export interface SignIn {
  /** Whether no admin has a password, so that a link is needed to get in. */
  needsLink(): boolean;
  /** A new token for the printed link, good for an hour; the one before no longer works. */
  createFirstToken(): string;
  /** The user's password of before, if there was one, is gone with it. @throws AppError `SIGN_IN_FAILED`, `TOO_MANY_REQUESTS` */
  withOneTimeToken(token: string, from: Visitor): Admission;
  /** @throws AppError `SIGN_IN_FAILED`, `TOO_MANY_REQUESTS`, `LIMIT` */
  withPassword(name: string, password: string, from: Visitor, device?: string): Promise<Admission>;
  session(token: string): SignedIn | undefined;
  /**
   * Sets name and password; every other session of the user ends.
   *
   * @returns what the browser is known by from now on
   * @throws AppError `NOT_SIGNED_IN`, `CONFLICT`, `FORBIDDEN`, `TOO_MANY_REQUESTS`, `LIMIT`
   */
  setPassword(token: string, change: NewPassword, from: Visitor): Promise<{ device: string }>;
}

const FIRST_USER = "admin";
const FIRST_TOKEN_MS = 60 * 60_000;
/** How many tries may fail before the next ones wait. */
const FREE = { name: 5, address: 20, device: 10, link: 10, session: 5 };

export function createSignIn(options: {
  users: UserStore;
  sessions: Sessions;
  audit: Audit;
  box: SecretBox;
  /** All of what is written in it, or nothing. */
  transaction: <T>(write: () => T) => T;
  /** Others where tests guess often: an honest guess takes its time. */
  passwords?: Passwords;
  /** Whether who came by a link must set a password before anything else. */
  passwordNeeded?: boolean;
  now?: () => number;
}): SignIn {
  const { users, sessions, audit, box, transaction, passwords = createPasswords(), now = Date.now } = options;
  const { passwordNeeded = true } = options;
  const throttle = createSignInThrottle(now);
  const devices = createKnownDevices(box);
  const check = createPasswordCheck(users, passwords);

  function admit(userName: string, from: Visitor, by: string): Admission {
    const { token, id } = sessions.begin(userName, from);
    const who = { userName, sessionId: id, token: null };
    audit.record({ action: "session.begin", target: userName, after: { by } }, who, from);
    return { token, device: devices.mark(userName) };
  }

  function refuse(text: string, user: UserRow | undefined, from: Visitor): never {
    const error = "SIGN_IN_FAILED";
    // A name that is nobody's is not written down: people type passwords into the wrong field.
    audit.record({ action: "session.begin", target: user?.name ?? null, error }, null, from);
    throw new AppError(error, text);
  }

  function session(token: string): SignedIn | undefined {
    const found = sessions.find(token);
    const user = found && users.get(found.userName);
    if (!found || !user || user.disabledAt !== null) return undefined;
    const { name, role, passwordHash } = user;
    return { id: found.id, name, role, mustSetPassword: passwordNeeded && passwordHash === null };
  }

  return {
    needsLink: () =>
      !users
        .list()
        .some(
          ({ role, passwordHash, disabledAt }) => role === "admin" && passwordHash && disabledAt === null,
        ),

    createFirstToken() {
      const token = randomToken();
      transaction(() => {
        const [first] = users
          .list()
          .filter(({ role, disabledAt }) => role === "admin" && disabledAt === null)
          .sort((one, other) => one.createdAt - other.createdAt);
        if (!first) users.insert(FIRST_USER, "admin", now());
        users.setOneTimeToken(hashOfToken(token), first?.name ?? FIRST_USER, now() + FIRST_TOKEN_MS);
      });
      return token;
    },

    withOneTimeToken(token, from) {
      const userName = transaction(() => {
        const name = users.takeOneTimeToken(hashOfToken(token), now());
        const user = name === undefined ? undefined : users.get(name);
        if (!user || user.disabledAt !== null) return undefined;
        if (user.passwordHash !== null) {
          users.setPassword(user.name, user.name, null);
          sessions.endAll(user.name);
        }
        return user.name;
      });
      if (userName !== undefined) return admit(userName, from, "link");
      // Only now, so that no number of wrong links keeps a right one from working.
      throttle.begin([{ key: `link ${from.address}`, free: FREE.link }]);
      const text =
        "This link was used already, or is too old. Ask an admin for a new one; as long as no admin has a password, each start of Rookery prints one.";
      return refuse(text, undefined, from);
    },

    async withPassword(name, password, from, device) {
      const known = device === undefined ? null : devices.idOf(device, name);
      const own = known === null ? `name ${name}` : `device ${known}`;
      const attempt = throttle.begin(
        known === null
          ? [
              { key: own, free: FREE.name },
              { key: `address ${from.address}`, free: FREE.address },
            ]
          : [{ key: own, free: FREE.device }],
      );
      const user = users.get(name);
      const right = await check.isPasswordOf(user, password).catch((error: unknown) => {
        attempt.takeBack();
        throw error;
      });
      if (!right || !user || users.get(user.name)?.disabledAt !== null) {
        return refuse("The name or the password is wrong.", user, from);
      }
      attempt.takeBack([own]);
      return admit(user.name, from, "password");
    },

    session,

    async setPassword(token, { name, password, currentPassword }, from) {
      const user = session(token);
      if (!user) throw new AppError("NOT_SIGNED_IN", "The session has ended. Sign in again.");
      if ((users.get(user.name)?.passwordHash ?? null) !== null) {
        const key = `session ${user.id}`;
        const attempt = throttle.begin([{ key, free: FREE.session }]);
        const right = await check
          .isPasswordOf(users.get(user.name), currentPassword ?? "")
          .catch((error: unknown) => {
            attempt.takeBack();
            throw error;
          });
        if (!right) {
          const text = "The current password is wrong.";
          const who = { userName: user.name, sessionId: user.id, token: null };
          audit.record(
            { action: "user.set-password", target: user.name, error: "SIGN_IN_FAILED" },
            who,
            from,
          );
          throw new AppError("FORBIDDEN", text, { fields: [{ path: "/currentPassword", message: text }] });
        }
        attempt.takeBack([key]);
      }
      const hash = await check.hash(password);
      return transaction(() => {
        // It may have ended, or its user got another name, while the password was hashed.
        const { name: userName, id } = session(token) ?? {};
        if (userName === undefined) {
          throw new AppError("NOT_SIGNED_IN", "The session has ended. Sign in again.");
        }
        if (name !== userName && users.get(name)) {
          throw new AppError("CONFLICT", `There is a user "${name}" already. Choose another name.`);
        }
        users.setPassword(userName, name, hash);
        users.endOneTimeToken(name);
        sessions.endAll(name, id);
        const renamed = name === userName ? {} : { before: { name: userName }, after: { name } };
        const who = { userName, sessionId: id ?? null, token: null };
        audit.record({ action: "user.set-password", target: userName, ...renamed }, who, from);
        return { device: devices.mark(name) };
      });
    },
  };
}
