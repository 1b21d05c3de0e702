import { AppError } from "../errors.ts";
import type { Role } from "../store/roles.ts";
import type { UserRow, UserStore } from "../store/users.ts";
import type { ManagedBy } from "./declared/managed.ts";
import { checkKnown, etagOf, type Known } from "./etag.ts";
import { hashOfToken, randomToken } from "./random-token.ts";
import type { Sessions } from "./sessions.ts";

/** A user as others see one. */
export type UserView = Omit<UserRow, "passwordHash"> & {
  hasPassword: boolean;
  managed: ManagedBy | null;
  /** Names the state of what can be changed of the user. */
  etag: string;
};

/** What lets a user in once, to set a password. */
export interface OneTimeLink {
  token: string;
  expiresAt: number;
}

export interface UserService {
  list(): UserView[];
  /** @throws AppError `NOT_FOUND` (as all below) */
  get(name: string): UserView;
  /** @throws AppError `CONFLICT` */
  add(name: string, role: Role): { user: UserView; link: OneTimeLink };
  /**
   * A new role holds from the next request on. Who is disabled is signed out, and neither a password nor a
   * token works until `disabled` is taken back.
   *
   * @throws AppError `LAST_ADMIN`, `CHANGED_MEANWHILE`
   */
  change(name: string, change: { role?: Role; disabled?: boolean }, known?: Known): UserView;
  /** Ends sessions and API tokens, too. @throws AppError `LAST_ADMIN`, `CHANGED_MEANWHILE` */
  remove(name: string, known?: Known): void;
  /** For whoever has no password yet, or forgot it: with the use of the link, the old one is gone. */
  link(name: string): OneTimeLink;
}

const LINK_MS = 24 * 60 * 60_000;

export function createUserService(options: {
  users: UserStore;
  sessions: Sessions;
  /** All of what is written in it, or nothing. */
  transaction: <T>(write: () => T) => T;
  /** What says how a user is, in place of people. */
  managedBy?: (name: string) => ManagedBy | null;
  now?: () => number;
}): UserService {
  const { users, sessions, transaction, managedBy = () => null, now = Date.now } = options;

  const view = ({ passwordHash, ...user }: UserRow): UserView => ({
    ...user,
    hasPassword: passwordHash !== null,
    managed: managedBy(user.name),
    etag: etagOf({ createdAt: user.createdAt, role: user.role, disabledAt: user.disabledAt }),
  });

  function get(name: string): UserView {
    const user = users.get(name);
    if (!user) throw new AppError("NOT_FOUND", `There is no user "${name}".`);
    return view(user);
  }

  function known(name: string, tags: Known): UserView {
    const user = get(name);
    checkKnown(tags, user.etag, `The user "${name}"`);
    return user;
  }

  function keepAnAdmin(name: string): void {
    const others = users.list().filter((user) => user.name !== name && isAdmin(user));
    if (others.length > 0 || !isAdmin(get(name))) return;
    const text = `"${name}" is the only admin. Make somebody else an admin first.`;
    throw new AppError("LAST_ADMIN", text);
  }

  function newLink(name: string): OneTimeLink {
    const [token, expiresAt] = [randomToken(), now() + LINK_MS];
    users.setOneTimeToken(hashOfToken(token), name, expiresAt);
    return { token, expiresAt };
  }

  return {
    list: () => users.list().map(view),
    get,
    add: (name, role) =>
      transaction(() => {
        if (users.get(name)) throw new AppError("CONFLICT", `There is a user "${name}" already.`);
        users.insert(name, role, now());
        return { user: get(name), link: newLink(name) };
      }),
    change: (name, { role, disabled }, tags) =>
      transaction(() => {
        const before = known(name, tags);
        if (disabled === true || (role !== undefined && role !== "admin")) keepAnAdmin(name);
        if (role !== undefined) users.setRole(name, role);
        if (disabled === true && before.disabledAt === null) {
          users.setDisabled(name, now());
          users.endOneTimeToken(name);
          sessions.endAll(name);
        }
        if (disabled === false) users.setDisabled(name, null);
        return get(name);
      }),
    remove: (name, tags) =>
      transaction(() => {
        known(name, tags);
        keepAnAdmin(name);
        users.remove(name);
      }),
    link: (name) =>
      transaction(() => {
        if (get(name).disabledAt !== null) {
          throw new AppError("CONFLICT", `"${name}" is disabled. Enable the user first.`);
        }
        return newLink(name);
      }),
  };
}

function isAdmin({ role, disabledAt }: Pick<UserRow, "role" | "disabledAt">): boolean {
  return role === "admin" && disabledAt === null;
}
