import { Config } from "./config.ts";

/** A single value that a variable can set. */
export interface Variable {
  name: string;
  /** Where its value goes. */
  path: readonly string[];
  /** What the value is read as. */
  type: "string" | "number" | "boolean";
}

interface Schema {
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
}

/** `ROOKERY_LIMITS_DATABASE_MB` for `limits.databaseMb`, and likewise for every setting that is one value. */
export const VARIABLES: readonly Variable[] = variablesOf(Config as Schema, []);

function variablesOf({ properties = {} }: Schema, above: readonly string[]): Variable[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const path = [...above, key];
    if (schema.properties) return variablesOf(schema, path);
    const type = typeOf(schema);
    return type === null ? [] : [{ name: nameOf(path), path, type }];
  });
}

function typeOf({ type, enum: values, anyOf }: Schema): Variable["type"] | null {
  if (anyOf) return anyOf.map(typeOf).find((found) => found !== null) ?? null;
  if (type === "string" || values !== undefined) return "string";
  if (type === "integer" || type === "number") return "number";
  return type === "boolean" ? "boolean" : null;
}

function nameOf(path: readonly string[]): string {
  const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`));
  return `ROOKERY_${words.join("_").toUpperCase()}`;
}

/** What a variable's text is to be; text that is not of the type stays, for the check to name it. */
export function readAs({ type }: Variable, text: string): unknown {
  if (type === "number" && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}
