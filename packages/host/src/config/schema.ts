import { Config } from "./config.ts";

type Json = Record<string, unknown>;

/** The JSON Schema of what a person may write, for editors. The host itself checks what that is with its defaults. */
export function configSchema(): Json {
  const schema = written(JSON.parse(JSON.stringify(Config))) as Json;
  const { backup } = schema.properties as { backup: { properties: { keep: Json } } };
  const last = { type: "integer", minimum: 1, maximum: 10_000, description: "The newest so many." };
  backup.properties.keep = { anyOf: [backup.properties.keep, last] };
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "rookery.yaml", ...schema };
}

/** What has a default need not be written. */
function written(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(written);
  if (typeof schema !== "object" || schema === null) return schema;
  const { required, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === "default" ? value : written(value)]),
  );
  const { properties } = rest as { properties?: Record<string, Json> };
  if (!Array.isArray(required) || !properties)
    return { ...rest, ...(required === undefined ? {} : { required }) };
  const needed = required.filter((name: string) => !("default" in (properties[name] ?? {})));
  return needed.length > 0 ? { ...rest, required: needed } : rest;
}
