import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { choicesOf, isRecord, isSecret, type Schema } from "../../../components/schema-form/fields.ts";
import { propertiesOf, schemaAt } from "./schema-at.ts";
import { texts } from "./texts.ts";

/** Proposes the names of settings, and the values that one may have, as the schema has them. Secrets are none of it. */
export function schemaCompletion(schema: Schema | null) {
  return (context: CompletionContext): CompletionResult | null => {
    const { number, text, from } = context.state.doc.lineAt(context.pos);
    const before = text.slice(0, context.pos - from);
    const above = Array.from({ length: number - 1 }, (_, index) => context.state.doc.line(index + 1).text);
    const found = proposals(schema, above, before, linesBelow(context));
    if (!found || (!context.explicit && found.typed === "")) return null;
    return { from: context.pos - found.typed.length, options: found.options, validFor: /^[\w-]*$/ };
  };
}

function linesBelow({ state, pos }: CompletionContext): string[] {
  const first = state.doc.lineAt(pos).number + 1;
  return Array.from(
    { length: Math.max(0, state.doc.lines - first + 1) },
    (_, index) => state.doc.line(first + index).text,
  );
}

/**
 * What can stand at the end of a line.
 *
 * @param above the lines before it
 * @param line up to the cursor
 */
export function proposals(
  schema: Schema | null,
  above: readonly string[],
  line: string,
  below: readonly string[] = [],
): { typed: string; options: Completion[] } | null {
  const value = /^(\s*)([\w-]+):\s+(\S*)$/.exec(line);
  if (value) {
    const [, indent = "", name = "", typed = ""] = value;
    const its = schemaAt(schema, [...pathAbove(above, indent.length), name]);
    return its ? { typed, options: valuesOf(its) } : null;
  }
  const key = /^(\s*)([\w-]*)$/.exec(line);
  if (!key) return null;
  const [, indent = "", typed = ""] = key;
  const object = schemaAt(schema, pathAbove(above, indent.length));
  const required = Array.isArray(object?.required) ? object.required : [];
  const there = new Set([
    ...siblings([...above].reverse(), indent.length),
    ...siblings(below, indent.length),
  ]);
  const options = propertiesOf(object)
    .filter(([name, its]) => !isSecret(its) && !there.has(name))
    .map(([name, its]) => nameOf(name, its, required.includes(name)));
  return { typed, options };
}

/** The keys around a line with this indentation. */
function pathAbove(above: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let least = indent;
  for (const text of [...above].reverse()) {
    const found = keyIn(text);
    if (!found || found.indent >= least) continue;
    path.unshift(found.name);
    least = found.indent;
  }
  return path;
}

/** The names beside it, as far as its object goes. */
function siblings(lines: readonly string[], indent: number): string[] {
  const names: string[] = [];
  for (const text of lines) {
    const found = keyIn(text);
    if (!found) continue;
    if (found.indent < indent) break;
    if (found.indent === indent) names.push(found.name);
  }
  return names;
}

function keyIn(text: string): { indent: number; name: string } | null {
  const [, indent = "", name] = /^(\s*)([\w-]+):/.exec(text) ?? [];
  return name === undefined ? null : { indent: indent.length, name };
}

function nameOf(name: string, schema: Schema, isNeeded: boolean): Completion {
  const usual = schema.default;
  const detail = [
    isNeeded && usual === undefined ? texts.needed : "",
    usual === undefined ? "" : texts.usually(JSON.stringify(usual)),
  ].join("");
  const help = [schema.title, schema.description].filter((text) => typeof text === "string").join(": ");
  const opens = isRecord(schema.properties) || schema.type === "array";
  return {
    label: name,
    apply: opens ? `${name}:\n` : `${name}: `,
    type: "property",
    ...(detail && { detail }),
    ...(help && { info: help }),
  };
}

function valuesOf(schema: Schema): Completion[] {
  const given = choicesOf(schema) ?? (schema.type === "boolean" ? [true, false] : []);
  const usual = schema.default;
  const values = [...given, ...(given.length === 0 && isPlain(usual) ? [usual] : [])];
  return values.map((value) => ({
    label: String(value),
    type: "constant",
    ...(value === usual && { detail: texts.usual }),
  }));
}

const isPlain = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
