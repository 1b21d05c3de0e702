import type { State } from "./inspect-state.ts";

export function showString(state: State, text: string, level: number): string {
  const shown = text.slice(0, state.maxStringLength);
  const more = text.length - shown.length;
  const rest = more > 0 ? `... ${more} more character${more > 1 ? "s" : ""}` : "";
  if (level > 0 && shown.length > 16 && shown.length > state.breakLength - state.indentation - 4) {
    const lines = shown.split(/(?<=\n)/).map(quote);
    return lines.join(` +\n${" ".repeat(state.indentation + 2)}`) + rest;
  }
  return quote(shown) + rest;
}

export function quote(text: string): string {
  const mark =
    ["'", '"', "`"].find((each) => !text.includes(each) && !(each === "`" && text.includes("${"))) ?? "'";
  const escapes: Record<string, string> = { "\n": "\\n", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\r": "\\r" };
  const inner = text.replace(/[\\\p{Cc}]|['"`]|\p{Surrogate}/gu, (character) => {
    if (character === "\\" || (character === mark && mark === "'")) return `\\${character}`;
    if (/['"`]/.test(character)) return character;
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return escapes[character] ?? (code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`);
  });
  return mark + inner + mark;
}

export function showFunction(value: object, name: string | null): string {
  const { name: own } = value as { name: unknown };
  if (/^class\b/.test(Function.prototype.toString.call(value))) {
    const parent = Object.getPrototypeOf(value)?.name;
    return `[class ${own || "(anonymous)"}${parent ? ` extends ${parent}` : ""}]`;
  }
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return `[${name === null ? "Function (null prototype)" : tag}${own ? `: ${String(own)}` : " (anonymous)"}]`;
}

export function showError(error: Error): string {
  const title = Error.prototype.toString.call(error);
  return typeof error.stack === "string" && error.stack !== "" ? error.stack : `[${title}]`;
}
