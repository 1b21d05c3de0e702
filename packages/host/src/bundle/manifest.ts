import { Manifest, SourceManifest } from "@rookery/plugin-sdk/manifest";
import { valid, validRange } from "semver";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { AppError, type FieldError } from "../errors.ts";
import { showName } from "./entry-name.ts";
import { LIMITS, showBytes } from "./limits.ts";
import { secretSettings } from "./secret-settings.ts";
import { parseStrictJson } from "./strict-json.ts";

/** Errors beyond these are of no more help. */
const MAX_FIELDS = 20;

/** What a field should look like, where the pattern in the schema's own message would say little. */
const EXPECTED: Record<string, string> = {
  "/id": "must be a reverse domain name in lower case, such as org.example.hello",
  "/version": "must be a version as semver.org has it, such as 1.0.0",
  "/rookery": "must be a range of Rookery's versions, such as ^0.1.0",
};

/**
 * Reads the `plugin.json` of a bundle.
 *
 * @throws AppError BUNDLE_MANIFEST_INVALID whose `fields` name each wrong field
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  return parse(Manifest, bytes, "plugin.json in the bundle");
}

/**
 * Reads the `plugin.json` that an author wrote. `where` names the file in messages.
 *
 * @throws AppError BUNDLE_MANIFEST_INVALID whose `fields` name each wrong field
 */
export function parseSourceManifest(bytes: Uint8Array, where: string): SourceManifest {
  return parse(SourceManifest, bytes, where);
}

function parse<T extends TSchema>(schema: T, bytes: Uint8Array, where: string): Static<T> {
  if (bytes.length > LIMITS.manifestBytes) {
    const size = `${showBytes(bytes.length)} large; ${showBytes(LIMITS.manifestBytes)} are allowed`;
    throw new AppError("BUNDLE_MANIFEST_INVALID", `${where} is ${size}. Make its configSchema smaller.`);
  }
  const value = parseJson(bytes, where);
  const errors = [...semverErrors(value), ...secretErrors(value), ...schemaErrors(schema, value)];
  const byPath = new Map(errors.map((error) => [error.path, error]));
  const fields = [...byPath.values()].slice(0, MAX_FIELDS);
  if (fields.length > 0) {
    const shown = fields.slice(0, 3).map(({ path, message }) => `${path && `${showName(path)} `}${message}`);
    const more = fields.length > 3 ? `; and ${fields.length - 3} more` : "";
    throw new AppError(
      "BUNDLE_MANIFEST_INVALID",
      `${where} is not a valid manifest: ${shown.join("; ")}${more}. docs/writing-plugins.md lists its fields.`,
      { fields },
    );
  }
  return value as Static<T>;
}

function parseJson(bytes: Uint8Array, where: string): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError("BUNDLE_MANIFEST_INVALID", `${where} is not UTF-8. Save it as UTF-8.`, { cause });
  }
  try {
    return parseStrictJson(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("BUNDLE_MANIFEST_INVALID", `${where} is not valid JSON: ${why}.`, { cause });
  }
}

function schemaErrors(schema: TSchema, value: unknown): FieldError[] {
  return Value.Errors(schema, value).flatMap((error): FieldError[] => {
    const at = error.instancePath;
    const field = (name: string) => `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (error.keyword === "required") {
      return error.params.requiredProperties.map((name) => ({ path: field(name), message: "is missing" }));
    }
    if (error.keyword === "additionalProperties") {
      return error.params.additionalProperties.map((name) => ({
        path: field(name),
        message: "is not a field of a manifest",
      }));
    }
    return [{ path: at, message: EXPECTED[at] ?? error.message }];
  });
}

/** What the patterns let through and semver itself does not: `1.0.0-..`, or a range that is none. */
function semverErrors(value: unknown): FieldError[] {
  const { version, rookery } = (value ?? {}) as { version?: unknown; rookery?: unknown };
  const wrong: string[] = [];
  if (typeof version === "string" && valid(version) === null) wrong.push("/version");
  if (typeof rookery === "string" && rookery !== "" && validRange(rookery) === null) wrong.push("/rookery");
  return wrong.map((path) => ({ path, message: EXPECTED[path] ?? "" }));
}

/** Secrets where the config's schema cannot have one. */
function secretErrors(value: unknown): FieldError[] {
  const { configSchema } = (value ?? {}) as { configSchema?: unknown };
  return secretSettings(configSchema).misplaced.map((place) => ({
    path: `/configSchema${place}`,
    message:
      'cannot hold a secret: one is Type.String({ format: "secret" }) without a default, a property of the config or of an object in it, not in an array, a union or a record',
  }));
}
