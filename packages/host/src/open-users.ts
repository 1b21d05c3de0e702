import type { Assets } from "./assets.ts";
import type { Config } from "./config/config.ts";
import { openOffline } from "./open-offline.ts";
import { createAudit } from "./services/audit.ts";
import { createSessions } from "./services/sessions.ts";
import { createUserService, type UserService } from "./services/users.ts";
import type { Role } from "./store/roles.ts";

export { findAssets } from "./assets.ts";
export { loadConfig } from "./config/load.ts";
export type { OneTimeLink, UserService, UserView } from "./services/users.ts";
export { ROLES, type Role } from "./store/roles.ts";

/** The users of a host that does not run, for whoever may write to its data directory. */
export type OfflineUsers = Pick<UserService, "list" | "add" | "remove" | "link"> & {
  setRole(name: string, role: Role): void;
  close(): void;
};

/**
 * Opens the users in a data directory. What is done to them is written to the audit log as nobody's and from
 * nowhere: whoever has the directory needs no session.
 *
 * @throws AppError `NOT_FOUND` where there is no database, `DATA_LOCKED` while a host runs, `DATABASE_NEWER`
 */
export function openUsers(config: Config, assets: Assets): OfflineUsers {
  const { store, close } = openOffline(config, assets);
  const sessions = createSessions(store.sessions);
  const users = createUserService({ ...store, sessions });
  const audit = createAudit(store.audit);
  type Part = Record<string, unknown> | null;
  const note = (action: string, target: string, before: Part, after: Part) =>
    audit.record({ action, target, before, after }, null, null);
  return {
    list: users.list,
    add(name, role) {
      const added = users.add(name, role);
      note("user.add", name, null, { role });
      return added;
    },
    setRole(name, role) {
      const { role: before } = users.get(name);
      users.change(name, { role });
      note("user.change", name, { role: before }, { role });
    },
    remove(name) {
      const { role } = users.get(name);
      users.remove(name);
      note("user.remove", name, { role }, null);
    },
    link(name) {
      const link = users.link(name);
      note("user.link", name, null, null);
      return link;
    },
    close,
  };
}
