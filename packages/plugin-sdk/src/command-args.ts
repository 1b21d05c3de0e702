import { type Static, type TObject, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { UserError } from "./errors.ts";

/** Arguments in the order they are typed: name → schema. */
export type ArgSchemas = Record<string, TSchema>;
export type Args<A extends ArgSchemas> = Static<TObject<A>>;

interface SchemaInfo {
  type?: string;
  enum?: unknown[];
  anyOf?: { const?: unknown }[];
  const?: unknown;
}

/**
 * `!roll <sides> [note…]`: how a command is typed. An argument with a default, or an optional one,
 * stands in brackets; choices are listed; the last text takes the rest of the line.
 */
export function usage(prefix: string, name: string, args: ArgSchemas = {}): string {
  const entries = Object.entries(args);
  const required = new Set(Type.Object(args).required ?? []);
  const parts = entries.map(([key, schema], index) => {
    const info = schema as SchemaInfo & { default?: unknown };
    const choices = info.anyOf?.map((option) => option.const).filter((value) => value !== undefined);
    const shown = choices && choices.length > 0 ? choices.join("|") : key;
    const rest = index === entries.length - 1 && info.type === "string" ? "…" : "";
    return required.has(key) && info.default === undefined ? `<${shown}${rest}>` : `[${shown}${rest}]`;
  });
  return [prefix + name, ...parts].join(" ");
}

/**
 * Reads what was typed after a command's name.
 *
 * @throws UserError that names the argument and shows the usage
 */
export function parseArgs<A extends ArgSchemas>(typed: string, args: A, shownUsage: string): Args<A> {
  const names = Object.keys(args);
  const words = split(typed, names.length, isText(args[names[names.length - 1] ?? ""]));
  if (words.length > names.length) throw new UserError(`That is one word too many. Usage: ${shownUsage}`);
  const given = Object.fromEntries(words.map((word, index) => [names[index] ?? "", word]));
  const schema = Type.Object(args);
  const value = Value.Default(schema, Value.Convert(schema, given));
  for (const error of Value.Errors(schema, value)) {
    const missing = (error.params as { requiredProperties?: string[] }).requiredProperties?.[0];
    const name = missing ?? error.instancePath.slice(1).split("/")[0] ?? "";
    const text = missing ? `"${name}" is missing` : `"${name}" ${error.message}`;
    throw new UserError(`${text}. Usage: ${shownUsage}`);
  }
  return value as Args<A>;
}

function isText(schema: TSchema | undefined): boolean {
  return (schema as SchemaInfo | undefined)?.type === "string";
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
