/** A JSON Schema as far as the form reads it. */
export type Schema = Readonly<Record<string, unknown>>;

interface Common {
  /** Its path in the config with `/` between, as a JSON pointer has it after its first. */
  key: string;
  path: readonly string[];
  label: string;
  help: string | undefined;
  required: boolean;
  initial: unknown;
}

/** One field of a form, as a JSON Schema's property describes it. */
export type Field = Common &
  (
    | { kind: "text"; schema: Schema; placeholder: string | undefined }
    /** It can be written, not read: `setAt` is all that is known of what is there. */
    | { kind: "secret"; schema: Schema; setAt: string | null }
    | { kind: "number"; integer: boolean; schema: Schema }
    | { kind: "switch" }
    | { kind: "choice"; choices: readonly (string | number | boolean | null)[] }
    | { kind: "list"; schema: Schema }
    /** What the form has no field for: edited as JSON. */
    | { kind: "json" }
  );

/** The secrets of a config that are set, by JSON pointer. */
export type Secrets = Readonly<Record<string, { setAt: string }>>;

/** The fields of an object schema, in its own order. What an object holds beside a secret has fields of its own. */
export function fieldsOf(schema: Schema | null, secrets: Secrets = {}): Field[] {
  return schema ? fieldsIn(schema, { path: [], label: "", required: true }, secrets) : [];
}

type Place = Pick<Common, "path" | "label" | "required">;

function fieldsIn(schema: Schema, parent: Place, secrets: Secrets): Field[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isRecord(property)) return [];
    const label = labelOf(name, property);
    const place: Place = {
      path: [...parent.path, name],
      label: parent.label === "" ? label : `${parent.label}: ${label}`,
      required: parent.required && required.includes(name),
    };
    return holdsSecret(property) ? fieldsIn(property, place, secrets) : [fieldOf(place, property, secrets)];
  });
}

const holdsSecret = (schema: Schema): boolean =>
  isRecord(schema.properties) &&
  Object.values(schema.properties).some(
    (property) => isRecord(property) && (isSecret(property) || holdsSecret(property)),
  );

function fieldOf({ path, label, required }: Place, schema: Schema, secrets: Secrets): Field {
  const key = path.map((name) => name.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
  const common: Common = {
    ...{ key, path, label },
    help: text(schema.description),
    required: required && schema.default === undefined,
    initial: schema.default,
  };
  if (isSecret(schema)) {
    return { ...common, kind: "secret", schema, setAt: secrets[`/${key}`]?.setAt ?? null };
  }
  const choices = choicesOf(schema);
  if (choices) return { ...common, kind: "choice", choices };
  switch (schema.type) {
    case "string":
      return { ...common, kind: "text", schema, placeholder: example(schema) };
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
export function choicesOf(schema: Schema) {
  const values = Array.isArray(schema.enum)
    ? schema.enum
    : Array.isArray(schema.anyOf)
      ? schema.anyOf.map((option) => (isRecord(option) ? option.const : undefined))
      : [];
  return values.length > 0 && values.every(isScalar) ? values : undefined;
}

export const isSecret = (schema: Schema) => schema.format === "secret";

/** What people call a setting. */
export const labelOf = (name: string, schema: Schema | undefined) => text(schema?.title) ?? words(name);

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

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ["string", "number", "boolean"].includes(typeof value);
