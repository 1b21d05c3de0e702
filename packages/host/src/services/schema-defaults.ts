interface Schema {
  default?: unknown;
  properties?: Record<string, Schema>;
}

/**
 * Fills in the defaults of a JSON Schema, in nested objects too. (TypeBox's own `Default` knows its
 * own types only; a manifest's schema is plain JSON.)
 */
export function withDefaults(schema: Schema, given: unknown): unknown {
  const value = given === undefined ? structuredClone(schema.default) : given;
  if (!schema.properties || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, inner] of Object.entries(schema.properties)) {
    const found = withDefaults(inner, Object.hasOwn(filled, name) ? filled[name] : undefined);
    if (found !== undefined) filled[name] = found;
  }
  return filled;
}
