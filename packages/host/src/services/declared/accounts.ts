import { createHmac } from "node:crypto";
import { readSecret } from "../../config/credentials.ts";
import type { Declared, DeclaredAccount } from "../../config/declared.ts";
import { AppError, reasonOf } from "../../errors.ts";
import type { Credentials } from "../../matrix/login.ts";
import type { NewUser } from "../../matrix/registration.ts";
import type { AccountRow, AccountSettings, AccountStore } from "../../store/accounts.ts";
import type { DeclaredStore } from "../../store/declared.ts";
import type { AccountService } from "../accounts.ts";
import { changesBetween, type FieldChange, SECRET, type Step } from "./difference.ts";

interface Sources {
  accounts: Pick<AccountStore, "byUserId">;
  declared: Pick<DeclaredStore, "get" | "setLogin">;
  secretKey: Buffer;
  /** Whether its homeserver takes its login no more, as far as is known. */
  isBlocked: (accountId: string) => boolean;
}

/**
 * Accounts to log in, and what an operator decides of them. One that is there is logged in anew only where the file
 * with its password or token has another than the one it was logged in with, or its homeserver takes the login no more.
 */
export function planAccounts(
  declared: Declared["accounts"],
  sources: Sources,
  service: AccountService | null,
): Step[] {
  const names = new Map<string, string>();
  return Object.entries(declared).flatMap(([key, account]): Step[] => {
    const entry = `accounts.${key}`;
    const about = { kind: "account" as const, name: account.userId, entry };
    const other = names.get(account.userId);
    names.set(account.userId, key);
    if (other !== undefined) {
      const problem = `accounts.${other} is ${account.userId} already. Take one of them out.`;
      return [{ ...about, action: "none", changes: [], problem }];
    }
    const row = sources.accounts.byUserId(account.userId);
    try {
      return row
        ? planChange(about, account, row, sources, service)
        : planLogin(about, account, sources, service);
    } catch (error) {
      return [{ ...about, action: row ? "change" : "add", changes: [], problem: reasonOf(error) }];
    }
  });
}

type About = Pick<Step, "kind" | "name" | "entry">;

function planLogin(
  about: About,
  account: DeclaredAccount,
  sources: Sources,
  service: AccountService | null,
): Step[] {
  const { ways, login } = waysIn(about.entry, account, sources.secretKey);
  const { userId } = account;
  const settings = settingsOf(account);
  return [
    {
      ...{
        ...about,
        action: "add",
        changes: [{ field: "userId", from: undefined, to: userId }],
        problem: null,
      },
      apply: async () => {
        await oneOf(ways, async (way) => service?.add(way, { userId, settings }));
        sources.declared.setLogin("account", userId, login);
      },
    },
  ];
}

function planChange(
  about: About,
  account: DeclaredAccount,
  row: AccountRow,
  sources: Sources,
  service: AccountService | null,
): Step[] {
  const settings = settingsOf(account);
  const changes = changesBetween(settingsOf(row), settings);
  const known = sources.declared.get("account", account.userId);
  const again = loginAnew(about.entry, account, row, known?.login ?? null, sources);
  const all: FieldChange[] = again ? [...changes, { field: "login", from: SECRET, to: SECRET }] : changes;
  if (all.length === 0) return [];
  return [
    {
      ...{ ...about, action: "change", changes: all, problem: null },
      async apply() {
        if (again) {
          await oneOf(again.ways, async (way) => service?.add(way, { userId: account.userId }));
          sources.declared.setLogin("account", account.userId, again.login);
        }
        if (changes.length > 0) await service?.change(row.id, settings);
      },
    },
  ];
}

/** How to log in anew; `null` where the login that is there does. */
function loginAnew(
  entry: string,
  account: DeclaredAccount,
  row: AccountRow,
  before: string | null,
  sources: Sources,
): Ways | null {
  if (account.accessTokenFile === undefined && account.passwordFile === undefined) return null;
  let found: Ways;
  try {
    found = waysIn(entry, account, sources.secretKey);
  } catch (error) {
    // It is logged in: the file that it was logged in with may be gone since.
    if (error instanceof AppError && error.code === "SECRET_UNREADABLE") return null;
    throw error;
  }
  // It is here already: nobody is to be registered.
  const ways = found.ways.filter((way) => "password" in way || "accessToken" in way).filter(isLogin);
  const [way] = ways;
  if (!way) return null;
  const isOther =
    before === null
      ? "accessToken" in way && ![row.accessToken, row.serviceToken].includes(way.accessToken)
      : before !== found.login;
  return isOther || sources.isBlocked(row.id) ? { ways, login: found.login } : null;
}

const isLogin = (way: Way): way is Credentials => !("registrationToken" in way || "sharedSecret" in way);

type Way = Credentials | NewUser;
interface Ways {
  ways: Way[];
  /** Tells what it is logged in with from anything else, without the key nothing more. */
  login: string;
}

/** Reads the account's files. @throws AppError `SECRET_UNREADABLE`, `CONFIG_INVALID` */
function waysIn(entry: string, account: DeclaredAccount, secretKey: Buffer): Ways {
  const { userId, homeserver = userId } = account;
  const of = (name: "accessTokenFile" | "passwordFile" | "registrationTokenFile" | "sharedSecretFile") =>
    account[name] === undefined ? undefined : readSecret(account[name], `${entry}.${name}`);
  const accessToken = of("accessTokenFile");
  const password = of("passwordFile");
  const registrationToken = of("registrationTokenFile");
  const sharedSecret = of("sharedSecretFile");
  const to = { homeserverUrl: homeserver, username: userId };
  const chosen = password === undefined ? {} : { password };
  const ways: Way[] = [];
  if (accessToken !== undefined) ways.push({ ...to, accessToken });
  if (registrationToken !== undefined) ways.push({ ...to, ...chosen, registrationToken });
  if (sharedSecret !== undefined) ways.push({ ...to, ...chosen, sharedSecret });
  if (password !== undefined) ways.push({ ...to, password });
  if (ways.length === 0) {
    const text = `${entry} says not how it is logged in: give it accessTokenFile, passwordFile, registrationTokenFile or sharedSecretFile.`;
    throw new AppError("CONFIG_INVALID", text);
  }
  const used = JSON.stringify([homeserver, accessToken ?? null, password ?? null]);
  return {
    ways,
    login: createHmac("sha256", secretKey).update(`declared login ${used}`).digest("base64url"),
  };
}

/** By the first way that is open; where none is, the first one says why. */
async function oneOf(ways: readonly Way[], go: (way: Way) => Promise<unknown>): Promise<void> {
  let first: unknown;
  for (const way of ways) {
    try {
      await go(way);
      return;
    } catch (error) {
      first ??= error;
      // Whoever is there already can be logged in; what cannot be reached is not asked twice.
      if (!(error instanceof AppError && error.code === "REGISTRATION_FAILED")) throw error;
    }
  }
  throw first;
}

const settingsOf = ({ enabled, autojoin, ...settings }: AccountSettings): AccountSettings => ({
  ...{ enabled, autojoin: { policy: autojoin.policy, allow: autojoin.allow } },
  ...{ prefix: settings.prefix, roomPrefixes: settings.roomPrefixes, encryptFor: settings.encryptFor },
});

/** An account that is declared no more goes offline, and keeps its login. */
export function removeAccount(
  userId: string,
  accounts: Pick<AccountStore, "byUserId">,
  service: AccountService | null,
): Step {
  const row = accounts.byUserId(userId);
  return {
    ...{ kind: "account", name: userId, entry: `accounts (${userId})`, action: "remove", problem: null },
    changes: row?.enabled ? [{ field: "enabled", from: true, to: false }] : [],
    async apply() {
      if (row?.enabled) await service?.change(row.id, { enabled: false });
    },
  };
}
