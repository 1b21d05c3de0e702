import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Value } from "typebox/value";
import { parse } from "yaml";
import { AppError, reasonOf } from "../errors.ts";
import { Config } from "./config.ts";
import { withYtDlp } from "./yt-dlp.ts";

/** Environment variables and where their values go. They win over the file. */
const VARIABLES: Record<string, readonly string[]> = {
  ROOKERY_DATA_DIR: ["dataDir"],
  ROOKERY_PORT: ["port"],
  ROOKERY_LOG_LEVEL: ["logLevel"],
  ROOKERY_SECRET_KEY_FILE: ["secretKeyFile"],
  ROOKERY_NETWORK_PROXY: ["network", "proxy"],
  ROOKERY_NETWORK_CA_FILE: ["network", "caFile"],
  ROOKERY_WORKER_HEAP_MB: ["workerHeapMb"],
  ROOKERY_DATABASE_MB: ["databaseMb"],
};

/**
 * Reads the configuration: a YAML file, then `ROOKERY_*` variables, then the defaults.
 *
 * @param options.file the file that was asked for; without it `rookery.yaml` in `cwd`, if there
 * @throws AppError `CONFIG_INVALID` that names the file, the field and what it may be
 */
export function loadConfig(options: {
  file?: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
}): Config {
  const { env, cwd } = options;
  const file =
    options.file ??
    env.ROOKERY_CONFIG ??
    (existsSync(resolve(cwd, "rookery.yaml")) ? "rookery.yaml" : undefined);
  const given = file === undefined ? {} : readFile(resolve(cwd, file));
  for (const [name, path] of Object.entries(VARIABLES)) {
    const value = env[name];
    if (value !== undefined && value !== "") put(given, path, value);
  }
  const config = Value.Default(Config, Value.Convert(Config, given));
  const problems = [...Value.Errors(Config, config)].map(
    (error) => `  ${error.instancePath.slice(1).replaceAll("/", ".") || "the file"} ${error.message}`,
  );
  if (problems.length > 0) {
    throw new AppError(
      "CONFIG_INVALID",
      `${file ?? "The environment"} is not a valid configuration:\n${problems.join("\n")}`,
    );
  }
  const checked = config as Config;
  return withYtDlp({ ...checked, dataDir: resolve(cwd, checked.dataDir) }, env.PATH ?? "");
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
  if (typeof parsed === "object" && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  throw new AppError("CONFIG_INVALID", `The configuration ${path} must be a mapping of names to values.`);
}

function put(target: Record<string, unknown>, path: readonly string[], value: string): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = (target[head] ?? {}) as Record<string, unknown>;
  target[head] = inner;
  put(inner, rest, value);
}
