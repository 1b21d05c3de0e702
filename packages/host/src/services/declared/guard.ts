import type { AccountService } from "../accounts.ts";
import type { InstanceService } from "../instances.ts";
import type { PluginService } from "../plugins.ts";
import type { SignIn } from "../sign-in.ts";
import type { UserService } from "../users.ts";
import type { Managed } from "./managed.ts";

/**
 * The services as people have them: what the configuration declares is changed there and nowhere else. All of them throw
 * `MANAGED` then. What only looks, what mends (a restart, a run again, a new login), and what is no part of the
 * declaration stays as it is.
 */
export function guardInstances(instances: InstanceService, managed: Managed): InstanceService {
  const free = (id: string) => managed.refuse("instance", id);
  return {
    ...instances,
    async create(instance, may) {
      free(instance.id);
      return instances.create(instance, may);
    },
    checkFree(instance) {
      free(instance.id);
      instances.checkFree(instance);
    },
    async adopt(instance, folder, incomplete) {
      free(instance.id);
      return instances.adopt(instance, folder, incomplete);
    },
    async change(id, change, may, known) {
      free(id);
      return instances.change(id, change, may, known);
    },
    async remove(id, known) {
      free(id);
      await instances.remove(id, known);
    },
  };
}

export function guardPlugins(plugins: PluginService, managed: Managed): PluginService {
  const free = (id: string) => managed.refuse("plugin", id);
  return {
    ...plugins,
    install: (bytes, configs) => plugins.install(bytes, configs, free),
    async grant(id, granted, more, known) {
      free(id);
      return plugins.grant(id, granted, more, known);
    },
    async accept(id, sha256, known) {
      free(id);
      return plugins.accept(id, sha256, known);
    },
    async rollBack(id, known) {
      free(id);
      return plugins.rollBack(id, known);
    },
    async uninstall(id, known) {
      free(id);
      await plugins.uninstall(id, known);
    },
  };
}

export function guardAccounts(accounts: AccountService, managed: Managed): AccountService {
  const free = (id: string) => managed.refuse("account", accounts.get(id).userId);
  return {
    ...accounts,
    async change(id, change, known) {
      free(id);
      return accounts.change(id, change, known);
    },
    async remove(id, known) {
      free(id);
      await accounts.remove(id, known);
    },
  };
}

export function guardUsers(users: UserService, managed: Managed): UserService {
  const free = (name: string) => managed.refuse("user", name);
  return {
    ...users,
    add(name, role) {
      free(name);
      return users.add(name, role);
    },
    change(name, change, known) {
      free(name);
      return users.change(name, change, known);
    },
    remove(name, known) {
      free(name);
      users.remove(name, known);
    },
  };
}

/** Who is declared keeps the name, and nobody else takes it. */
export function guardSignIn(signIn: SignIn, managed: Managed): SignIn {
  return {
    ...signIn,
    async setPassword(token, password, from) {
      const user = signIn.session(token);
      if (user && user.name !== password.name) {
        managed.refuse("user", user.name);
        managed.refuse("user", password.name);
      }
      return signIn.setPassword(token, password, from);
    },
  };
}
