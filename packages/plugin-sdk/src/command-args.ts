import { type Static, type TObject, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { UserError } from "./errors.ts";

/** Arguments in the order they are typed: name → schema. */
export type ArgSchemas = Record<string, TSchema & object>;
export type Args<A extends ArgSchemas> = Static<TObject<A>>;

/** The part of a JSON Schema that is looked at here. */
interface SchemaInfo {
  type?: string;
  enum?: unknown[];
  anyOf?: SchemaInfo[];
  const?: unknown;
  default?: unknown;
}

/**
 * `!roll <sides> [note…]`: how a command is typed. An argument with a default, or an optional one,
 * stands in brackets; choices are listed; the last text takes the rest of the line.
 */
export function usage(prefix: string, name: string, args: ArgSchemas = {}): string {
  const entries = Object.entries(args);
  const parts = entries.map(([key, schema], index) => {
    const shown = choicesOf(schema)?.join("|") ?? key;
    const rest = index === entries.length - 1 && isText(schema) ? "…" : "";
    return isRequired(args, key) ? `<${shown}${rest}>` : `[${shown}${rest}]`;
  });
  return [prefix + name, ...parts].join(" ");
}

/**
 * Reads what was typed after a command's name.
 *
 * @throws UserError that names the argument and shows the usage
 */
export function parseArgs<A extends ArgSchemas>(typed: string, args: A, shownUsage: string): Args<A> {
  const entries = Object.entries<TSchema>(args);
  const words = split(typed, entries.length, isText(entries.at(-1)?.[1]));
  if (words.length > entries.length) throw new UserError(`These are too many words. Usage: ${shownUsage}`);
  const values: Record<string, unknown> = {};
  for (const [index, [name, schema]] of entries.entries()) {
    const word = words[index];
    const value = word === undefined ? structuredClone((schema as SchemaInfo).default) : read(word, schema);
    if (value === undefined) {
      if (isRequired(args, name)) throw new UserError(`"${name}" is missing. Usage: ${shownUsage}`);
    } else if (Value.Check(schema, value)) {
      values[name] = value;
    } else {
      throw new UserError(`"${name}" ${expectation(schema, value)}. Usage: ${shownUsage}`);
    }
  }
  return values as Args<A>;
}

/** Reads a whole text as one value; the problem continues a sentence about it. */
export function readAnswer(text: string, schema: TSchema): { value: unknown } | { problem: string } {
  const value = read(text.trim(), schema);
  return Value.Check(schema, value) ? { value } : { problem: expectation(schema, value) };
}

function isRequired(args: ArgSchemas, name: string): boolean {
  const schema = args[name];
  return schema !== undefined && !Type.IsOptional(schema) && (schema as SchemaInfo).default === undefined;
}

/** A text that takes anything, and so the rest of the line, too. */
function isText(schema: TSchema | undefined): boolean {
  return schema !== undefined && (schema as SchemaInfo).type === "string" && choicesOf(schema) === undefined;
}

/** The values of a literal, an enum or a union of literals. */
function choicesOf(schema: SchemaInfo): unknown[] | undefined {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  const choices = schema.anyOf?.map(choicesOf);
  return choices?.every((each) => each !== undefined) ? choices.flat() : undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const YES = new Set(["true", "yes", "on", "1"]);
const NO = new Set(["false", "no", "off", "0"]);

/** The value that a word stands for, or the word itself where it is none of the schema's. */
function read(word: string, schema: SchemaInfo): unknown {
  const lower = word.toLowerCase();
  const choices = choicesOf(schema);
  if (choices) {
    const exact = choices.find((choice) => String(choice) === word);
    return exact ?? choices.find((choice) => String(choice).toLowerCase() === lower) ?? word;
  }
  if (schema.anyOf) {
    const values = schema.anyOf.map((option) => ({ option, value: read(word, option) }));
    return values.find(({ option, value }) => Value.Check(option as TSchema, value))?.value ?? word;
  }
  if (schema.type === "boolean") return YES.has(lower) ? true : NO.has(lower) ? false : word;
  if (schema.type === "number") return NUMBER.test(word) ? Number(word) : word;
  // What a number cannot hold exactly must not become its neighbour: it may be somebody's ID.
  if (schema.type === "integer")
    return NUMBER.test(word) && Number.isSafeInteger(Number(word)) ? Number(word) : word;
  return word;
}

/** What a value should have been, for the person who typed it. */
function expectation(schema: TSchema, value: unknown): string {
  const info = schema as SchemaInfo;
  const choices = choicesOf(info);
  if (choices) return `must be ${choices.length > 1 ? "one of " : ""}${choices.join(", ")}`;
  if (typeof value === "string") {
    if (info.type === "integer") return "must be a whole number";
    if (info.type === "number") return "must be a number";
    if (info.type === "boolean") return "must be yes or no";
  }
  return Value.Errors(schema, value)[0]?.message ?? "does not fit";
}

/** Words by white space; quotes hold words together; the last of `count` takes the rest, if it is a text. */
function split(typed: string, count: number, restIsText: boolean): string[] {
  const words: string[] = [];
  const pattern = /\s*(?:"([^"]*)"(?=\s|$)|(\S+))/y;
  let at = 0;
  while (true) {
    if (restIsText && words.length === count - 1 && !/^\s*"[^"]*"\s*$/.test(typed.slice(at))) {
      const rest = typed.slice(at).trim();
      if (rest !== "") words.push(rest);
      return words;
    }
    pattern.lastIndex = at;
    const found = pattern.exec(typed);
    if (!found) return words;
    words.push(found[1] ?? found[2] ?? "");
    at = pattern.lastIndex;
  }
}
