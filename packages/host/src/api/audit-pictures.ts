import { AppError } from "../errors.ts";
import type { AccountService } from "../services/accounts.ts";
import type { ApiTokens } from "../services/api-tokens.ts";
import type { InstanceService } from "../services/instances.ts";
import type { PluginService } from "../services/plugins.ts";
import type { UserService } from "../services/users.ts";
import { toAccount, toApiToken, toInstance, toPlugin, toUser } from "./views.ts";

export type PictureKind = "account" | "instance" | "plugin" | "token" | "user";
export type Picture = Record<string, unknown>;

/** How what the API changes looks at a moment: what an operator set, nothing secret, nothing that changes by itself. */
export interface Pictures {
  /** @param owner of a token */
  of(kind: PictureKind, id: string, owner: string): Picture | null;
  /** Of a kind whose new ones say who they are only afterwards, by their IDs. */
  all(kind: PictureKind): Map<string, Picture>;
}

export function createPictures(services: {
  accounts: AccountService;
  instances: InstanceService;
  plugins: PluginService;
  tokens: ApiTokens;
  users: UserService;
}): Pictures {
  const { accounts, instances, plugins, tokens, users } = services;

  const allAccounts = () =>
    accounts.list().map((account): [string, Picture] => {
      const { userId, deviceId, homeserverUrl, enabled, autojoin, ...more } = toAccount(account);
      const { prefix, roomPrefixes, encryptFor } = more;
      const settings = { enabled, autojoin, prefix, roomPrefixes, encryptFor };
      return [account.id, { userId, deviceId, homeserverUrl, ...settings }];
    });

  const allPlugins = () =>
    plugins.list().map((plugin): [string, Picture] => {
      const { version, sha256, signature, granted, waiting } = toPlugin(plugin);
      const { state, fingerprint } = signature;
      const upgrade = waiting && { version: waiting.version, sha256: waiting.sha256 };
      const { refused } = plugin;
      return [plugin.id, { version, sha256, signature: { state, fingerprint }, granted, refused, upgrade }];
    });

  const one: Record<PictureKind, (id: string, owner: string) => Picture | undefined> = {
    account: (id) => new Map(allAccounts()).get(id),
    plugin: (id) => new Map(allPlugins()).get(id),
    instance(id) {
      const { pluginId, accountId, enabled, config, secrets, ...more } = toInstance(instances.get(id));
      const { catchUpSeconds, withheld, rooms } = more;
      return { pluginId, accountId, enabled, config, secrets, catchUpSeconds, withheld, rooms };
    },
    user(name) {
      const { role, disabled } = toUser(users.get(name));
      return { role, disabled };
    },
    token(id, owner) {
      const row = tokens.list(owner).find((token) => token.id === id);
      if (!row) return undefined;
      const { name, role, expiresAt } = toApiToken(row);
      return { user: owner, name, role, expiresAt };
    },
  };

  return {
    of(kind, id, owner) {
      try {
        return one[kind](id, owner) ?? null;
      } catch (error) {
        if (error instanceof AppError && error.code === "NOT_FOUND") return null;
        throw error;
      }
    },
    all: (kind) => new Map(kind === "account" ? allAccounts() : kind === "plugin" ? allPlugins() : []),
  };
}
