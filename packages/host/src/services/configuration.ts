import type { Declared } from "../config/declared.ts";
import { type ConfigOrigin, settingsOf } from "../config/origin.ts";

export interface Setting {
  /** Such as `limits.databaseMb`. */
  name: string;
  /** `null` where it may be a secret. */
  value: unknown;
  hidden: boolean;
  from: "default" | "file" | "environment";
  /** The variable that set it. */
  variable: string | null;
}

/** The configuration with which the host runs. */
export interface Configuration {
  file: string | null;
  settings: Setting[];
}

/** What an operator gives a program: an environment or an argument is where people put passwords. */
const HIDDEN = /^programs\..+\.(env\..+|always)$/;

/** @param config what it declares is shown where it belongs, and left out here */
export function describeConfiguration(config: object, origin: ConfigOrigin): Configuration {
  const { accounts, plugins, instances, users, ...own } = config as Partial<Declared>;
  const settings = settingsOf(own).map(([name, value]): Setting => {
    const variable = origin.variables.get(name) ?? null;
    const hidden = HIDDEN.test(name) && value !== "" && !(Array.isArray(value) && value.length === 0);
    const from = variable !== null ? "environment" : origin.inFile.has(name) ? "file" : "default";
    return { name, value: hidden ? null : withoutPassword(value), hidden, from, variable };
  });
  return { file: origin.file, settings: settings.sort((one, other) => (one.name < other.name ? -1 : 1)) };
}

/** A proxy's address may have a name and a password in it. */
function withoutPassword(value: unknown): unknown {
  if (typeof value !== "string" || !value.includes("@")) return value;
  const url = URL.parse(value);
  if (!url || (url.username === "" && url.password === "")) return value;
  url.username = "***";
  url.password = "";
  return url.href;
}
