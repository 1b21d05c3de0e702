import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Value } from "typebox/value";
import { AppError } from "../errors.ts";
import { Config, ProgramConfig } from "./config.ts";
import { type Places, readSecret, secretPath } from "./credentials.ts";
import { ENTRIES } from "./declared.ts";
import { withFfmpeg } from "./ffmpeg.ts";
import { type ConfigOrigin, settingsOf } from "./origin.ts";
import { nameOf, problemsOf } from "./problems.ts";
import { isMapping, NO_SOURCE, readSource } from "./source.ts";
import { readAs, VARIABLES } from "./variables.ts";
import { withYtDlp } from "./yt-dlp.ts";

/**
 * Reads the configuration: a YAML file, then `ROOKERY_*` variables, then the defaults.
 *
 * @param options.file the file that was asked for; without it `rookery.yaml` in `cwd`, if there
 * @throws AppError `CONFIG_INVALID` that names the file, the field and what it may be; `SECRET_UNREADABLE`
 */
export const loadConfig = (options: LoadOptions): Config => loadConfiguration(options).config;

export interface LoadOptions extends Places {
  file?: string | undefined;
}

/** A configuration, where its values came from, and on which line of the file each stands. */
export interface Configured {
  config: Config;
  origin: ConfigOrigin;
  lineOf: (path: readonly string[]) => number | null;
}

/** Likewise, and where each value came from. */
export function loadConfiguration(options: LoadOptions): Configured {
  const { env, cwd } = options;
  const file =
    options.file ??
    env.ROOKERY_CONFIG ??
    (existsSync(resolve(cwd, "rookery.yaml")) ? "rookery.yaml" : undefined);
  const { values: given, lineOf } = file === undefined ? NO_SOURCE : readSource(resolve(cwd, file));
  const written = withKeep(given);
  const inFile = new Set(settingsOf(written).map(([name]) => name));
  const variables = new Map<string, string>();
  for (const variable of VARIABLES) {
    const text = env[variable.name];
    if (text === undefined || text === "") continue;
    put(written, variable.path, readAs(variable, text));
    variables.set(variable.path.join("."), variable.name);
  }
  if (env.ROOKERY_BACKUP_KEEP) {
    put(written, ["backup", "keep"], keepOf(Number(env.ROOKERY_BACKUP_KEEP)));
    variables.set("backup.keep.last", "ROOKERY_BACKUP_KEEP");
  }
  const whole = withDefaults(written);
  const problems = problemsOf(whole).map(({ path, message }) => {
    const variable = variables.get(path.join("."));
    const line = variable === undefined ? lineOf(path) : null;
    const where = variable ? ` (from ${variable})` : "";
    return `  ${line === null ? "" : `line ${line}: `}${nameOf(path)} ${message}${where}`;
  });
  if (problems.length > 0) {
    throw new AppError(
      "CONFIG_INVALID",
      `${file ?? "The environment"} is not a valid configuration:\n${problems.join("\n")}`,
    );
  }
  const origin = { file: file === undefined ? null : resolve(cwd, file), inFile, variables };
  const found = withSecrets(withPaths(whole as Config, options), options);
  const config = withFfmpeg(withYtDlp(found, env.PATH ?? ""), env.PATH ?? "");
  return { config, origin, lineOf };
}

/** How many backups are kept, where only a number says it: the newest so many. */
const keepOf = (last: unknown) => ({ last, daily: 0, weekly: 0, monthly: 0 });

function withKeep(given: Record<string, unknown>): Record<string, unknown> {
  const { backup } = given;
  if (!isMapping(backup) || typeof backup.keep !== "number") return { ...given };
  return { ...given, backup: { ...backup, keep: keepOf(backup.keep) } };
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = target[head] ?? {};
  // What should be a mapping and is not stays, for the check to name it.
  target[head] = inner;
  if (isMapping(inner)) put(inner, rest, value);
}

/** TypeBox fills in what a mapping's own properties default to, not what the values of a free one do. */
function withDefaults(given: Record<string, unknown>): unknown {
  const config = Value.Default(Config, given) as Record<string, unknown>;
  for (const [name, schema] of Object.entries({ programs: ProgramConfig, ...ENTRIES })) {
    const entries = config[name];
    if (!isMapping(entries)) continue;
    config[name] = Object.fromEntries(
      Object.entries(entries).map(([key, entry]) => [key, Value.Default(schema, entry)]),
    );
  }
  return config;
}

/** What is relative is so to where the host was started. */
function withPaths(config: Config, places: Places): Config {
  const at = (path: string) => resolve(places.cwd, path);
  const { socket, backup } = config;
  return {
    ...config,
    dataDir: at(config.dataDir),
    ...(socket === undefined ? {} : { socket: at(socket) }),
    ...(backup.path === undefined ? {} : { backup: { ...backup, path: at(backup.path) } }),
    ...(config.secretKeyFile === undefined
      ? {}
      : { secretKeyFile: secretPath(config.secretKeyFile, places) }),
    plugins: mapped(config.plugins, (plugin) => ({ ...plugin, path: at(plugin.path) })),
    accounts: mapped(config.accounts, (account) =>
      mapped(account, (value, key) =>
        key.endsWith("File") && typeof value === "string" ? secretPath(value, places) : value,
      ),
    ),
    instances: mapped(config.instances, (instance) => ({
      ...instance,
      secretFiles: mapped(instance.secretFiles, (file) => secretPath(file, places)),
    })),
  };
}

/** What the host itself reads of files at its start. */
function withSecrets(config: Config, places: Places): Config {
  const { network } = config;
  if (network.proxy !== undefined && network.proxyFile !== undefined) {
    throw new AppError("CONFIG_INVALID", "Give network.proxy or network.proxyFile, not both.");
  }
  const read = (file: string, what: string) => readSecret(secretPath(file, places), what);
  const proxy =
    network.proxyFile === undefined ? {} : { proxy: read(network.proxyFile, "network.proxyFile") };
  const programs = mapped(config.programs, (program, name) => {
    if (!program.envFiles) return program;
    const env = mapped(program.envFiles, (file, key) => read(file, `programs.${name}.envFiles.${key}`));
    return { ...program, env: { ...program.env, ...env } };
  });
  return { ...config, network: { ...network, ...proxy }, programs };
}

function mapped<T extends object>(from: T, change: (value: T[keyof T], key: string) => T[keyof T]): T {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value, key)])) as T;
}
