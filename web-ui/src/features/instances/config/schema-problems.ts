import { Errors } from "typebox/schema";
import { choicesOf, isSecret, type Schema } from "../../../components/schema-form/fields.ts";
import { texts as form } from "../../../components/schema-form/texts.ts";
import type { Config } from "../../../components/schema-form/values.ts";
import { type Path, pathOf, propertiesOf, schemaAt } from "./schema-at.ts";
import { texts } from "./texts.ts";

/** What is wrong with one value of a config. */
export interface Problem {
  path: Path;
  /** Of the key itself, rather than of what stands behind it. */
  atKey: boolean;
  severity: "error" | "warning";
  message: string;
}

type Found = ReturnType<typeof Errors>[1][number];

/**
 * What of a config does not fit the plugin's schema, as the host would find it, in words. Secrets are no part of it:
 * those that are needed are asked for elsewhere, those that are there should not be.
 */
export function schemaProblems(schema: Schema | null, config: Config): Problem[] {
  const found = schema ? errorsOf(schema, config) : [];
  const problems = found.flatMap((error) => inWords(schema, config, error));
  const first = new Map<string, Problem>();
  for (const problem of [...problems, ...strangers(schema ?? {}, config, [])]) {
    const key = JSON.stringify(problem.path) + (problem.atKey ? problem.message : "");
    // A value is told what is wrong with it once.
    if (!first.has(key)) first.set(key, problem);
  }
  return [...first.values()];
}

function errorsOf(schema: Schema, config: Config): readonly Found[] {
  try {
    return Errors(schema, config)[1];
  } catch {
    // A schema that cannot be used is the host's to tell of: it names the plugin's author.
    return [];
  }
}

function inWords(schema: Schema | null, config: Config, error: Found): Problem[] {
  const path = pathOf(error.instancePath, config);
  const at = schemaAt(schema, path);
  const wrong = (message: string): Problem[] => [{ path, atKey: false, severity: "error", message }];
  const choices = at && choicesOf(at);
  if (choices) return wrong(texts.oneOf(choices.map(String).join(", ")));
  switch (error.keyword) {
    case "required":
      return error.params.requiredProperties
        .filter((name) => !isGiven(schemaAt(at ?? null, [name])))
        .map((name) => ({ path, atKey: true, severity: "error", message: texts.missing(name) }));
    case "additionalProperties":
      // Each of them is told of by itself, as a stranger.
      return [];
    case "boolean":
      return [];
    case "type":
      return wrong(
        texts.wrongType(
          [error.params.type]
            .flat()
            .map((type) => texts.types[type] ?? type)
            .join(texts.or),
        ),
      );
    case "minLength":
      return wrong(form.tooShort(error.params.limit));
    case "maxLength":
      return wrong(form.tooLong(error.params.limit));
    case "minimum":
      return wrong(form.atLeast(Number(error.params.limit)));
    case "maximum":
      return wrong(form.atMost(Number(error.params.limit)));
    case "minItems":
      return wrong(form.fewer(error.params.limit));
    case "maxItems":
      return wrong(form.more(error.params.limit));
    case "pattern":
      return wrong(form.pattern(String(error.params.pattern)));
    default:
      return wrong(`${error.message}.`);
  }
}

/** It is there without being written: as its default, or among the secrets. */
const isGiven = (schema: Schema | undefined) =>
  schema !== undefined && (schema.default !== undefined || isSecret(schema));

/** What nobody reads, and what does not belong here. */
function strangers(schema: Schema, value: Config, around: Path): Problem[] {
  const known = propertiesOf(schema);
  if (known.length === 0) return [];
  return Object.entries(value).flatMap(([name, inner]): Problem[] => {
    const path = [...around, name];
    const its = known.find(([key]) => key === name)?.[1];
    if (!its) {
      if (typeof schema.additionalProperties === "object" || schema.patternProperties) return [];
      const severity = schema.additionalProperties === false ? "error" : "warning";
      return [{ path, atKey: true, severity, message: texts.unknown(name) }];
    }
    if (isSecret(its)) return [{ path, atKey: true, severity: "error", message: texts.isSecret(name) }];
    return typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? strangers(its, inner as Config, path)
      : [];
  });
}
