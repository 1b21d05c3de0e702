import { type Manifest, permissionItems, permissionsOf } from "@rookery/plugin-sdk/manifest";
import { secretSettings } from "../../bundle/index.ts";
import { readSecret } from "../../config/credentials.ts";
import type { Declared, DeclaredInstance } from "../../config/declared.ts";
import { AppError, reasonOf } from "../../errors.ts";
import { includes } from "../../runtime/permissions.ts";
import type { AccountStore } from "../../store/accounts.ts";
import type { DeclaredStore } from "../../store/declared.ts";
import type { InstanceRow, InstanceStore } from "../../store/instances.ts";
import { putAt, takeAt } from "../../store/json-pointer.ts";
import { checkFits } from "../config-check.ts";
import { fitSettings } from "../config-secrets.ts";
import type { InstanceService } from "../instances.ts";
import { changesBetween, type FieldChange, listed, SECRET, type Step } from "./difference.ts";

interface Sources {
  instances: Pick<InstanceStore, "get" | "secrets">;
  accounts: Pick<AccountStore, "byUserId">;
  known: Pick<DeclaredStore, "get">;
  /** Of the plugin that is installed, or is going to be. */
  manifestOf: (pluginId: string) => Promise<Manifest | null>;
  /** Accounts and plugins of the same configuration may still be to come. */
  ahead: boolean;
}

type Settings = Record<string, unknown>;
type About = Pick<Step, "kind" | "name" | "entry">;

/** Instances to make, and what they are to be like: wholly as is declared, the defaults included. */
export async function planInstances(
  { instances, accounts }: Declared,
  sources: Sources,
  service: InstanceService | null,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [name, instance] of Object.entries(instances)) {
    const about = { kind: "instance" as const, name, entry: `instances.${name}` };
    const row = sources.instances.get(name);
    try {
      const manifest = await sources.manifestOf(instance.plugin);
      if (!manifest) {
        const text = `There is no plugin ${instance.plugin}. Declare it under plugins, or upload its bundle.`;
        throw new AppError("NOT_FOUND", text);
      }
      const accountId = accountOf(instance, accounts, sources);
      steps.push(...planInstance(about, instance, { row, manifest, accountId }, sources, service));
    } catch (error) {
      steps.push({ ...about, action: row ? "change" : "add", changes: [], problem: reasonOf(error) });
    }
  }
  return steps;
}

/** @returns `null` where it is declared and still to come. @throws AppError `NOT_FOUND` */
function accountOf(
  { account }: DeclaredInstance,
  declared: Declared["accounts"],
  { accounts, known, ahead }: Sources,
): string | null {
  const userId = account.startsWith("@") ? account : declared[account]?.userId;
  if (userId === undefined) {
    const text = `There is no account ${account}. Declare it under accounts, or name a user ID that is logged in here.`;
    throw new AppError("NOT_FOUND", text);
  }
  const id = accounts.byUserId(userId)?.id;
  if (id !== undefined) return id;
  const isToCome = Object.values(declared).some((each) => each.userId === userId);
  if (ahead && isToCome && !known.get("account", userId)?.problem) return null;
  throw new AppError("NOT_FOUND", `The account ${userId} is not logged in.`);
}

function planInstance(
  about: About,
  instance: DeclaredInstance,
  {
    row,
    manifest,
    accountId,
  }: { row: InstanceRow | undefined; manifest: Manifest; accountId: string | null },
  sources: Sources,
  service: InstanceService | null,
): Step[] {
  const { name } = about;
  const { config, changed } = configOf(about, instance, row, manifest, sources);
  const wanted = {
    enabled: instance.enabled,
    rooms: instance.rooms ?? null,
    withheld: withheldFrom(instance, manifest),
    catchUpSeconds: instance.catchUpSeconds ?? null,
  };
  if (!row) {
    const fitted = fitSettings(name, manifest, { config, secrets: {} }, sources.instances.secrets);
    checkFits(fitted.fields);
    const changes = [{ field: "plugin", from: undefined, to: instance.plugin }];
    const apply = async () => {
      if (accountId === null)
        throw new AppError("NOT_FOUND", `The account ${instance.account} is not logged in.`);
      const made = { id: name, pluginId: instance.plugin, accountId, config, ...wanted };
      await service?.adopt(made, null);
    };
    return [{ ...about, action: "add", changes, problem: null, apply }];
  }
  checkSame(row, instance, accountId);
  const fitted = fitSettings(name, manifest, { config, secrets: row.secrets }, sources.instances.secrets);
  checkFits(fitted.fields);
  const changes = [
    ...configChanges(row.config, fitted.config),
    ...changesBetween(comparable(row), comparable(wanted)),
    ...changed.map((pointer) => ({ field: `config${pointer}`, from: SECRET, to: SECRET })),
  ];
  if (changes.length === 0) return [];
  const isOther = (field: string) => changes.some((change) => change.field === field);
  const apply = async () => {
    const differing = Object.fromEntries(Object.entries(wanted).filter(([field]) => isOther(field)));
    const settings = changes.some(({ field }) => field.startsWith("config")) ? { config } : {};
    await service?.change(name, { ...settings, ...differing });
  };
  return [{ ...about, action: "change", changes, problem: null, apply }];
}

/** Setting by setting, those that are gone, too. */
function configChanges(from: Settings, to: Settings): FieldChange[] {
  const gone = Object.fromEntries(Object.keys(from).map((key) => [key, undefined]));
  return changesBetween(from, { ...gone, ...to }).map((change) => ({
    ...change,
    field: `config.${change.field}`,
  }));
}

/** In whatever order its parts are. */
const comparable = ({
  enabled,
  rooms,
  withheld,
  catchUpSeconds,
}: Pick<InstanceRow, "enabled" | "rooms" | "withheld" | "catchUpSeconds">) => ({
  ...{ enabled, catchUpSeconds, withheld: listed(withheld) },
  rooms: rooms === null ? null : [...rooms].sort(),
});

/** The config with its secrets in their places, and which of them are other than before. */
function configOf(
  { name, entry }: About,
  { config, secretFiles, plugin }: DeclaredInstance,
  row: InstanceRow | undefined,
  manifest: Manifest,
  { instances }: Sources,
): { config: Settings; changed: string[] } {
  const { pointers } = secretSettings(manifest.configSchema);
  const whole = structuredClone(config);
  for (const pointer of pointers) {
    if (!takeAt(structuredClone(config), pointer).there) continue;
    const text = `${pointer} is a secret setting of ${plugin}: take it out of config, and name a file with it under ${entry}.secretFiles.`;
    throw new AppError("CONFIG_INVALID", text);
  }
  const changed: string[] = [];
  for (const [pointer, file] of Object.entries(secretFiles)) {
    if (!pointers.includes(pointer)) {
      const known = pointers.length === 0 ? "It has none" : `It has ${pointers.join(", ")}`;
      throw new AppError("CONFIG_INVALID", `${pointer} is no secret setting of ${plugin}. ${known}.`);
    }
    const sealed = row?.secrets[pointer];
    const value = readSecret(file, `${entry}.secretFiles.${pointer}`);
    if (sealed && instances.secrets.open(name, pointer, sealed) === value) continue;
    putAt(whole, pointer, value);
    changed.push(pointer);
  }
  for (const pointer of Object.keys(row?.secrets ?? {})) {
    if (pointer in secretFiles) continue;
    putAt(whole, pointer, null);
    changed.push(pointer);
  }
  return { config: whole, changed };
}

function checkSame(row: InstanceRow, { plugin, account }: DeclaredInstance, accountId: string | null): void {
  const how = "Give what is new another name; or take this one out, apply, and delete it on its page first.";
  if (row.pluginId !== plugin) {
    throw new AppError("CONFLICT", `It is one of ${row.pluginId}, and becomes none of ${plugin}. ${how}`);
  }
  if (row.accountId !== accountId) {
    throw new AppError("CONFLICT", `It is in another account, and does not move to ${account}. ${how}`);
  }
}

/** What it does not get though its plugin asks for it. */
function withheldFrom({ grants }: DeclaredInstance, { permissions }: Manifest) {
  if (!grants) return {};
  return permissionsOf(permissionItems(permissions).filter((item) => !includes(grants, item)));
}

/** An instance that is declared no more is stopped, and keeps its data. */
export function removeInstance(
  name: string,
  instances: Pick<InstanceStore, "get">,
  service: InstanceService | null,
): Step {
  const isOn = instances.get(name)?.enabled === true;
  return {
    ...{ kind: "instance", name, entry: `instances.${name}`, action: "remove", problem: null },
    changes: isOn ? [{ field: "enabled", from: true, to: false }] : [],
    async apply() {
      if (isOn) await service?.change(name, { enabled: false });
    },
  };
}
