/** Keywords whose values are data, not schemas. */
const DATA = ["default", "const", "enum", "examples"];

/** Where a config's schema has secrets. */
export interface SecretSettings {
  /** JSON pointers into a config: `/token`, `/mail/password`. */
  pointers: string[];
  /** JSON pointers into the schema, where it wants a secret that could not be kept as one. */
  misplaced: string[];
}

/**
 * Finds the settings that may be written only: strings with `format: "secret"` that are properties of
 * the config, or of an object in it. Anywhere else (in an array, a union, a record) a value has no place
 * that stays the same, by which the host could keep it apart from the rest.
 */
export function secretSettings(schema: unknown): SecretSettings {
  const found: SecretSettings = { pointers: [], misplaced: [] };
  if (isRecord(schema) && schema.format === "secret") found.misplaced.push("");
  walk(schema, "", "", found);
  return found;
}

function walk(schema: unknown, pointer: string, place: string, found: SecretSettings): void {
  if (!isRecord(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword !== "properties" || !isRecord(value)) {
      if (!DATA.includes(keyword) && wantsSecret(value)) found.misplaced.push(`${place}/${escaped(keyword)}`);
      continue;
    }
    for (const [name, property] of Object.entries(value)) {
      const inner = `${pointer}/${escaped(name)}`;
      const innerPlace = `${place}/properties/${escaped(name)}`;
      if (!isRecord(property) || property.format !== "secret") walk(property, inner, innerPlace, found);
      else if (isPlainString(property)) found.pointers.push(inner);
      else found.misplaced.push(innerPlace);
    }
  }
}

/** A default would be in the bundle for all to read. */
const isPlainString = (schema: Record<string, unknown>) =>
  schema.type === "string" && !DATA.some((keyword) => Object.hasOwn(schema, keyword));

function wantsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(wantsSecret);
  return isRecord(value) && (value.format === "secret" || Object.values(value).some(wantsSecret));
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-3 */
const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
