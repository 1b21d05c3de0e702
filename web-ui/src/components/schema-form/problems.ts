import type { Field } from "./fields.ts";
import { texts } from "./texts.ts";

/** What is wrong with a field's value, in one sentence, or nothing. The host checks again. */
export function problemOf(field: Field, value: unknown): string | undefined {
  switch (field.kind) {
    case "text":
      return textProblem(field, String(value ?? ""));
    case "secret":
      return secretProblem(field, value);
    case "number":
      return numberProblem(field, value);
    case "json":
      return jsonProblem(field, String(value ?? ""));
    case "list":
      return listProblem(field, Array.isArray(value) ? value : []);
    case "choice":
      return field.required && value === undefined ? texts.required : undefined;
    case "switch":
      return undefined;
  }
}

function secretProblem(field: Field & { kind: "secret" }, value: unknown) {
  if (field.setAt === null || (typeof value === "string" && value !== "")) {
    return textProblem(field, String(value ?? ""));
  }
  return value === "" ? texts.secretNew : undefined;
}

function textProblem(field: Field & { kind: "text" | "secret" }, value: string) {
  const { minLength, maxLength, pattern } = field.schema;
  if (value === "") return field.required && minLength !== 0 ? texts.required : undefined;
  if (typeof minLength === "number" && value.length < minLength) return texts.tooShort(minLength);
  if (typeof maxLength === "number" && value.length > maxLength) return texts.tooLong(maxLength);
  if (typeof pattern === "string" && !matches(pattern, value)) return texts.pattern(pattern);
  return undefined;
}

function numberProblem(field: Field & { kind: "number" }, value: unknown) {
  if (value === "" || value === undefined) return field.required ? texts.required : undefined;
  if (typeof value !== "number") return texts.number;
  const { minimum, maximum } = field.schema;
  if (field.integer && !Number.isInteger(value)) return texts.whole;
  if (typeof minimum === "number" && value < minimum) return texts.atLeast(minimum);
  if (typeof maximum === "number" && value > maximum) return texts.atMost(maximum);
  return undefined;
}

function listProblem(field: Field & { kind: "list" }, value: unknown[]) {
  const { minItems, maxItems } = field.schema;
  if (typeof minItems === "number" && value.length < minItems) return texts.fewer(minItems);
  if (typeof maxItems === "number" && value.length > maxItems) return texts.more(maxItems);
  return undefined;
}

function jsonProblem(field: Field, value: string) {
  if (!value.trim()) return field.required ? texts.required : undefined;
  try {
    JSON.parse(value);
    return undefined;
  } catch (error) {
    return texts.json(error instanceof Error ? error.message : String(error));
  }
}

/** A pattern the browser cannot read is left to the host. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}
