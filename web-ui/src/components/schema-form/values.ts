import type { Field } from "./fields.ts";

/** What the form holds while it is edited, by field key. Of a secret `undefined` keeps what is set, and `null` removes it. */
export type Values = Record<string, unknown>;
export type Config = Record<string, unknown>;

/** What the form shows first: the config as it is, else the schema's defaults, else nothing. */
export function valuesOf(fields: readonly Field[], config: Config): Values {
  return Object.fromEntries(
    fields.map((field) => {
      const value = valueAt(config, field.path);
      // A config from the host has none of its secrets; one that is being edited has those that are to change.
      return [field.key, field.kind === "secret" ? value : shown(field, value ?? field.initial)];
    }),
  );
}

/** The config the form stands for. What is empty is left out; what has no field is kept as it was. */
export function configOf(fields: readonly Field[], values: Values, config: Config): Config {
  const result = structuredClone(config);
  for (const field of fields) putAt(result, field.path, stored(field, values[field.key]));
  return result;
}

function valueAt(config: Config, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    config,
  );
}

/** Puts a value at its place, or takes away what is there; objects on the way are made for a value only. */
function putAt(config: Config, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    if (value === undefined) delete config[name];
    else config[name] = value;
    return;
  }
  if (!isObject(config[name])) {
    if (value === undefined) return;
    config[name] = {};
  }
  putAt(config[name] as Config, rest, value);
}

const isObject = (value: unknown): value is Config =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function shown(field: Field, value: unknown): unknown {
  switch (field.kind) {
    case "switch":
      return value === true;
    case "list":
      return Array.isArray(value) ? value.map(String) : [];
    case "json":
      return value === undefined ? "" : JSON.stringify(value, null, 2);
    case "choice":
      return value;
    default:
      return value ?? "";
  }
}

function stored(field: Field, value: unknown): unknown {
  switch (field.kind) {
    case "json":
      return typeof value === "string" && value.trim() ? (JSON.parse(value) as unknown) : undefined;
    case "list": {
      const lines = Array.isArray(value) ? value.filter((line) => line !== "") : [];
      return lines.length === 0 && !field.required && field.initial === undefined ? undefined : lines;
    }
    case "switch":
      return value === true;
    default:
      return value === "" ? undefined : value;
  }
}
