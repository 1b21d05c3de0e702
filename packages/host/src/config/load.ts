import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { TLocalizedValidationError } from "typebox/error";
import { Value } from "typebox/value";
import { parse } from "yaml";
import { readPublicKey } from "../bundle/public-key.ts";
import { AppError, reasonOf } from "../errors.ts";
import { Config, ProgramConfig } from "./config.ts";
import { withFfmpeg } from "./ffmpeg.ts";
import { type ConfigOrigin, settingsOf } from "./origin.ts";
import { withYtDlp } from "./yt-dlp.ts";

/** Environment variables and where their values go. They win over the file. */
const VARIABLES: Record<string, readonly string[]> = {
  ROOKERY_DATA_DIR: ["dataDir"],
  ROOKERY_PORT: ["port"],
  ROOKERY_SOCKET: ["socket"],
  ROOKERY_LOG_LEVEL: ["logLevel"],
  ROOKERY_SECRET_KEY_FILE: ["secretKeyFile"],
  ROOKERY_NETWORK_PROXY: ["network", "proxy"],
  ROOKERY_NETWORK_CA_FILE: ["network", "caFile"],
  ROOKERY_PROGRAM_SANDBOX: ["programSandbox"],
  ROOKERY_BACKUP_PATH: ["backup", "path"],
  ROOKERY_BACKUP_SCHEDULE: ["backup", "schedule"],
  ROOKERY_BACKUP_KEEP: ["backup", "keep"],
  ROOKERY_WEBHOOKS_PORT: ["webhooks", "port"],
  ROOKERY_WEBHOOKS_HOST: ["webhooks", "host"],
  ROOKERY_WEBHOOKS_PUBLIC_URL: ["webhooks", "publicUrl"],
  ROOKERY_LIMITS_WORKER_MEMORY_MB: ["limits", "workerMemoryMb"],
  ROOKERY_LIMITS_DATABASE_MB: ["limits", "databaseMb"],
  ROOKERY_LIMITS_INBOX_ENTRIES: ["limits", "inboxEntries"],
  ROOKERY_LIMITS_CPU_PERCENT: ["limits", "cpuPercent"],
  ROOKERY_LIMITS_MESSAGES_PER_SECOND: ["limits", "messagesPerSecond"],
  ROOKERY_LIMITS_WRITES_PER_SECOND: ["limits", "writesPerSecond"],
  ROOKERY_LIMITS_LOG_LINES_PER_SECOND: ["limits", "logLinesPerSecond"],
  ROOKERY_LIMITS_FILES_MB: ["limits", "filesMb"],
  ROOKERY_LIMITS_PREVIEW_MEGAPIXELS: ["limits", "previewMegapixels"],
};

const NUMBERS = new Set([
  ...["ROOKERY_PORT", "ROOKERY_WEBHOOKS_PORT", "ROOKERY_BACKUP_KEEP"],
  ...Object.keys(VARIABLES).filter((name) => name.startsWith("ROOKERY_LIMITS_")),
]);

/**
 * Reads the configuration: a YAML file, then `ROOKERY_*` variables, then the defaults.
 *
 * @param options.file the file that was asked for; without it `rookery.yaml` in `cwd`, if there
 * @throws AppError `CONFIG_INVALID` that names the file, the field and what it may be
 */
export const loadConfig = (options: LoadOptions): Config => loadConfiguration(options).config;

export interface LoadOptions {
  file?: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** Likewise, and where each value came from. */
export function loadConfiguration(options: LoadOptions): { config: Config; origin: ConfigOrigin } {
  const { env, cwd } = options;
  const file =
    options.file ??
    env.ROOKERY_CONFIG ??
    (existsSync(resolve(cwd, "rookery.yaml")) ? "rookery.yaml" : undefined);
  const given = file === undefined ? {} : readFile(resolve(cwd, file));
  const inFile = new Set(settingsOf(given).map(([name]) => name));
  const variables = new Map<string, string>();
  for (const [name, path] of Object.entries(VARIABLES)) {
    const value = env[name];
    if (value === undefined || value === "") continue;
    put(given, path, NUMBERS.has(name) && /^\d+$/.test(value) ? Number(value) : value);
    variables.set(path.join("."), name);
  }
  const whole = withDefaults(given);
  const problems = [...[...Value.Errors(Config, whole)].flatMap(describe), ...describeKeys(whole)];
  if (problems.length > 0) {
    throw new AppError(
      "CONFIG_INVALID",
      `${file ?? "The environment"} is not a valid configuration:\n${problems.join("\n")}`,
    );
  }
  const checked = whole as Config;
  const origin = { file: file === undefined ? null : resolve(cwd, file), inFile, variables };
  const socket = checked.socket === undefined ? {} : { socket: resolve(cwd, checked.socket) };
  const { path } = checked.backup;
  const backup = path === undefined ? {} : { backup: { ...checked.backup, path: resolve(cwd, path) } };
  const found = { ...checked, dataDir: resolve(cwd, checked.dataDir), ...socket, ...backup };
  return { config: withFfmpeg(withYtDlp(found, env.PATH ?? ""), env.PATH ?? ""), origin };
}

function readFile(path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new AppError("CONFIG_INVALID", `The configuration ${path} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  }
  if (parsed === null) return {};
  if (isMapping(parsed)) return parsed;
  throw new AppError("CONFIG_INVALID", `The configuration ${path} must be a mapping of names to values.`);
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
  if (isMapping(config.programs)) {
    const programs = Object.entries(config.programs).map(([name, program]) => [
      name,
      Value.Default(ProgramConfig, program),
    ]);
    config.programs = Object.fromEntries(programs);
  }
  return config;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One line of what is wrong, for a person. */
function describe({ keyword, instancePath, message, params }: TLocalizedValidationError): string[] {
  const field = instancePath.slice(1).replaceAll("/", ".") || "the file";
  if (keyword === "additionalProperties") return [];
  if (keyword === "boolean") return [`  ${field} is not a setting that Rookery knows`];
  if (keyword === "enum") return [`  ${field} must be one of: ${params.allowedValues.join(", ")}`];
  return [`  ${field} ${message}`];
}

/** The trusted keys that are none. */
function describeKeys(config: unknown): string[] {
  const { trustedKeys } = config as { trustedKeys: unknown };
  if (!isMapping(trustedKeys)) return [];
  return Object.entries(trustedKeys)
    .filter(([, key]) => typeof key === "string" && readPublicKey(key) === null)
    .map(([name]) => `  trustedKeys.${name} must be an Ed25519 public key as "rookery keygen" prints it`);
}
