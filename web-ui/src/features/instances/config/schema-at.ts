import { isRecord, type Schema } from "../../../components/schema-form/fields.ts";

/** A key of an object, or a place in a list. */
export type Path = readonly (string | number)[];

/** What the schema says of the value at a path; `undefined` where it says nothing. */
export function schemaAt(schema: Schema | null, path: Path): Schema | undefined {
  let found: unknown = schema;
  for (const step of path) {
    if (!isRecord(found)) return undefined;
    found =
      isRecord(found.properties) && Object.hasOwn(found.properties, String(step))
        ? found.properties[step]
        : typeof step === "number"
          ? found.items
          : found.additionalProperties;
  }
  return isRecord(found) ? found : undefined;
}

/** The path that a JSON pointer tells of. */
export function pathOf(pointer: string, value: unknown): Path {
  let at = value;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(at) ? Number(name) : name;
      at = isRecord(at) || Array.isArray(at) ? (at as Record<string | number, unknown>)[step] : undefined;
      return step;
    });
}

/** The properties of an object that are described. */
export function propertiesOf(schema: Schema | undefined): [string, Schema][] {
  const properties = isRecord(schema?.properties) ? schema.properties : {};
  return Object.entries(properties).filter((entry): entry is [string, Schema] => isRecord(entry[1]));
}
