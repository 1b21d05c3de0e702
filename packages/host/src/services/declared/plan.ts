import type { Declared } from "../../config/declared.ts";
import { DECLARED_KINDS, type DeclaredKind } from "../../store/declared.ts";
import type { Store } from "../../store/index.ts";
import type { AccountService } from "../accounts.ts";
import type { InstanceService } from "../instances.ts";
import type { PluginService } from "../plugins.ts";
import type { UserService } from "../users.ts";
import { planAccounts, removeAccount } from "./accounts.ts";
import { type Difference, differenceId, type Step } from "./difference.ts";
import { planGrants } from "./grants.ts";
import { planInstances, removeInstance } from "./instances.ts";
import { planPlugins, type ReadBundle, readDeclared, removePlugin } from "./plugins.ts";
import { planUsers, removeUser } from "./users.ts";

/** What tells how things are. */
export interface DeclaredSources {
  store: Pick<Store, "users" | "plugins" | "versions" | "accounts" | "instances" | "declared">;
  secretKey: Buffer;
  read: ReadBundle;
  isBlocked: (accountId: string) => boolean;
}

/** What makes them otherwise: the same that the API calls. */
export interface DeclaredServices {
  users: UserService;
  plugins: PluginService;
  accounts: AccountService;
  instances: InstanceService;
}

/** In this order: an instance needs its plugin and its account, and is bounded before its plugin may do more. */
export const STAGES = [...DECLARED_KINDS, "grants"] as const;
export type Stage = (typeof STAGES)[number];

/** What of a configuration is to be done at one stage, when those before are done. */
export async function planStage(
  stage: Stage,
  declared: Declared,
  sources: DeclaredSources,
  services: DeclaredServices | null,
  ahead = false,
): Promise<Step[]> {
  const { store } = sources;
  const removed = stage === "grants" ? [] : planRemoved(stage, declared, sources, services);
  return [...removed, ...(await planThere())];

  async function planThere(): Promise<Step[]> {
    if (stage === "user") return planUsers(declared.users, store.users, services?.users ?? null);
    if (stage === "plugin") {
      return planPlugins(declared, { ...store, read: sources.read }, services?.plugins ?? null);
    }
    if (stage === "account") {
      return planAccounts(declared.accounts, { ...store, ...sources }, services?.accounts ?? null);
    }
    if (stage === "grants") return planGrants(declared, store, services?.plugins ?? null);
    const manifestOf = (id: string) => manifestFor(id, declared, sources, ahead);
    return planInstances(
      declared,
      { ...store, known: store.declared, manifestOf, ahead },
      services?.instances ?? null,
    );
  }
}

/** What was declared and is no more: it is stopped and kept. */
function planRemoved(
  kind: DeclaredKind,
  declared: Declared,
  { store }: DeclaredSources,
  services: DeclaredServices | null,
): Step[] {
  const names = namesOf(kind, declared);
  return store.declared
    .list()
    .filter((row) => row.kind === kind && !names.has(row.name))
    .map(({ name }) => {
      if (kind === "user") return removeUser(name, store.users, services?.users ?? null);
      if (kind === "plugin") return removePlugin(name);
      if (kind === "account") return removeAccount(name, store.accounts, services?.accounts ?? null);
      return removeInstance(name, store.instances, services?.instances ?? null);
    });
}

/** The IDs of what is declared; of accounts the user IDs. */
export function namesOf(kind: DeclaredKind, declared: Declared): Set<string> {
  if (kind === "account") return new Set(Object.values(declared.accounts).map(({ userId }) => userId));
  return new Set(Object.keys(declared[`${kind}s`]));
}

/** How things differ from what is declared, and why the last try to make them so failed. Nothing is changed. */
export async function differencesFrom(declared: Declared, sources: DeclaredSources): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const stage of STAGES) {
    for (const { apply: _apply, ...step } of await planStage(stage, declared, sources, null, true)) {
      const row = sources.store.declared.get(stage === "grants" ? "plugin" : stage, step.name);
      const before = row?.problem?.of === differenceId(step) ? row.problem.text : null;
      differences.push({ ...step, problem: step.problem ?? before });
    }
  }
  return differences;
}

async function manifestFor(
  id: string,
  { plugins }: Declared,
  { store, read }: DeclaredSources,
  ahead: boolean,
) {
  const installed = store.plugins.get(id);
  const declared = plugins[id];
  const isThere = installed?.sha256 === declared?.sha256 || store.versions.get(id, "waiting") !== undefined;
  if (!ahead || !declared || isThere) return installed?.manifest ?? null;
  try {
    return (await readDeclared(id, declared, read)).manifest;
  } catch {
    // The plugin's own step says what is wrong with it.
    return installed?.manifest ?? null;
  }
}
