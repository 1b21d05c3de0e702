import type { TLocalizedValidationError } from "typebox/error";
import { Value } from "typebox/value";
import { readPublicKey } from "../bundle/public-key.ts";
import { Config } from "./config.ts";
import { isMapping } from "./source.ts";

/** What is wrong with a part of a configuration, for a person. */
export interface Problem {
  path: readonly string[];
  message: string;
}

/** All that is wrong, each once. */
export function problemsOf(config: unknown): Problem[] {
  return [...[...Value.Errors(Config, config)].flatMap(describe), ...describeKeys(config)];
}

export const nameOf = (path: readonly string[]) => path.join(".") || "the file";

function describe({ keyword, instancePath, message, params }: TLocalizedValidationError): Problem[] {
  const path = partsOf(instancePath);
  const problem = (text: string) => [{ path, message: text }];
  if (["additionalProperties", "propertyNames"].includes(keyword)) return [];
  if (keyword === "boolean") return problem(`is not a setting that Rookery knows${suggestion(path)}`);
  if (keyword === "enum") return problem(`must be one of: ${params.allowedValues.join(", ")}`);
  return problem(message);
}

const partsOf = (pointer: string) =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

interface Schema {
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
}

/** ` (did you mean port?)` */
function suggestion(path: readonly string[]): string {
  let schema: Schema | undefined = Config as Schema;
  for (const part of path.slice(0, -1)) {
    schema = schema?.properties?.[part] ?? Object.values(schema?.patternProperties ?? {})[0];
  }
  const typed = path.at(-1) ?? "";
  const near = Object.keys(schema?.properties ?? {}).find((name) => distance(name, typed) <= 2);
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

/** How many letters one has to add, leave out, change, or swap with their neighbours. */
function distance(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, row) =>
    Array.from({ length: other.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= one.length; row++) {
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const least = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + same,
        swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      (rows[row] as number[])[column] = least;
    }
  }
  return at(one.length, other.length);
}

/** The trusted keys that are none. */
function describeKeys(config: unknown): Problem[] {
  const { trustedKeys } = config as { trustedKeys: unknown };
  if (!isMapping(trustedKeys)) return [];
  return Object.entries(trustedKeys)
    .filter(([, key]) => typeof key === "string" && readPublicKey(key) === null)
    .map(([name]) => ({
      path: ["trustedKeys", name],
      message: 'must be an Ed25519 public key as "rookery keygen" prints it',
    }));
}
