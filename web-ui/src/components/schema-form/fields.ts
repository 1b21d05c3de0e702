/** A JSON Schema as far as the form reads it. */
type Schema = Readonly<Record<string, unknown>>;

interface Common {
  key: string;
  label: string;
  help: string | undefined;
  required: boolean;
  initial: unknown;
}

/** One field of a form, as a JSON Schema's property describes it. */
export type Field = Common &
  (
    | { kind: "text"; secret: boolean; schema: Schema; placeholder: string | undefined }
    | { kind: "number"; integer: boolean; schema: Schema }
    | { kind: "switch" }
    | { kind: "choice"; choices: readonly (string | number | boolean | null)[] }
    | { kind: "list"; schema: Schema }
    /** What the form has no field for: edited as JSON. */
    | { kind: "json" }
  );

/** The fields of an object schema, in its own order. */
export function fieldsOf(schema: Schema | null): Field[] {
  const properties = schema && isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema?.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([key, property]) =>
    isRecord(property) ? [fieldOf(key, property, required.includes(key))] : [],
  );
}

function fieldOf(key: string, schema: Schema, required: boolean): Field {
  const common: Common = {
    key,
    label: text(schema.title) ?? words(key),
    help: text(schema.description),
    required: required && schema.default === undefined,
    initial: schema.default,
  };
  const choices = choicesOf(schema);
  if (choices) return { ...common, kind: "choice", choices };
  switch (schema.type) {
    case "string":
      return { ...common, kind: "text", secret: isSecret(schema), schema, placeholder: example(schema) };
    case "number":
    case "integer":
      return { ...common, kind: "number", integer: schema.type === "integer", schema };
    case "boolean":
      return { ...common, kind: "switch" };
    case "array":
      return isRecord(schema.items) && schema.items.type === "string"
        ? { ...common, kind: "list", schema }
        : { ...common, kind: "json" };
    default:
      return { ...common, kind: "json" };
  }
}

/** `enum`, or the union of constants that TypeBox writes for a union of literals. */
function choicesOf(schema: Schema) {
  const values = Array.isArray(schema.enum)
    ? schema.enum
    : Array.isArray(schema.anyOf)
      ? schema.anyOf.map((option) => (isRecord(option) ? option.const : undefined))
      : [];
  return values.length > 0 && values.every(isScalar) ? values : undefined;
}

const isSecret = (schema: Schema) => schema.format === "password" || schema.writeOnly === true;

function example(schema: Schema) {
  return Array.isArray(schema.examples) ? text(schema.examples[0]) : undefined;
}

/** "catchUpAge" → "Catch up age" */
function words(key: string): string {
  const spaced = key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ["string", "number", "boolean"].includes(typeof value);
