import type { Field } from "./fields.ts";

/** What the form holds while it is edited, by field key. */
export type Values = Record<string, unknown>;
export type Config = Record<string, unknown>;

/** What the form shows first: the config as it is, else the schema's defaults, else nothing. */
export function valuesOf(fields: readonly Field[], config: Config): Values {
  return Object.fromEntries(
    fields.map((field) => [field.key, shown(field, config[field.key] ?? field.initial)]),
  );
}

/** The config the form stands for. What is empty is left out; what has no field is kept as it was. */
export function configOf(fields: readonly Field[], values: Values, config: Config): Config {
  const result: Config = { ...config };
  for (const field of fields) {
    const value = stored(field, values[field.key]);
    if (value === undefined) delete result[field.key];
    else result[field.key] = value;
  }
  return result;
}

/** The labels of the fields in which two configs differ. */
export function changedFields(fields: readonly Field[], before: Config, after: Config): string[] {
  return fields
    .filter(({ key, initial }) => JSON.stringify(before[key] ?? initial) !== JSON.stringify(after[key]))
    .map((field) => field.label);
}

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
