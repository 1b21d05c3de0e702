import { elements, indented } from "./inspect-entries.ts";
import { classOf, isIndex, keysOf } from "./inspect-keys.ts";
import type { State } from "./inspect-state.ts";
import { quote, showError, showFunction } from "./inspect-text.ts";
import * as kinds from "./kinds.ts";

/** How an object looks, by what it is. */
export interface Looks {
  /** What stands before the braces, such as `Map(2)`. */
  prefix: string;
  open: string;
  close: string;
  /** Stands for the value itself, and alone where it has no properties: a date, a function. */
  base: string;
  /** How many entries there are beside the properties. */
  count: number;
  entries(level: number): string[];
  keys: PropertyKey[];
}

export function lookAt(state: State, value: object): Looks {
  const name = classOf(value);
  const called = (usual: string, size?: number) => {
    const sized = size === undefined ? "" : `(${size})`;
    if (name === null) return `[${usual}${sized}: null prototype] `;
    return name === usual && (usual === "Object" || usual === "Array") ? "" : `${name}${sized} `;
  };
  const keys = keysOf(state, value);
  const none = () => [];
  const braces = { open: "{", close: "}", base: "", count: 0, entries: none, keys };

  if (Array.isArray(value)) {
    return {
      ...{ prefix: called("Array", value.length), open: "[", close: "]", base: "", count: value.length },
      entries: (level) => elements(state, value, level),
      keys: keys.filter((key) => !isIndex(key, value.length)),
    };
  }
  if (kinds.isTypedArray(value)) {
    const items = value as Uint8Array;
    return {
      ...{ prefix: called("", items.length), open: "[", close: "]", base: "", count: items.length },
      entries: (level) => elements(state, Array.from(items), level),
      keys: keys.filter((key) => !isIndex(key, items.length)),
    };
  }
  if (kinds.isMap(value)) {
    const map = value as Map<unknown, unknown>;
    const entries = (level: number) =>
      [...map].map(([key, each]) => `${indented(state, key, level)} => ${indented(state, each, level)}`);
    return { ...braces, prefix: called("", map.size), count: map.size, entries };
  }
  if (kinds.isSet(value)) {
    const set = value as Set<unknown>;
    return {
      ...braces,
      prefix: called("", set.size),
      count: set.size,
      entries: (level) => [...set].map((each) => indented(state, each, level)),
    };
  }
  if (typeof value === "function") return { ...braces, prefix: "", base: showFunction(value, name) };
  if (kinds.isDate(value)) {
    const date = value as Date;
    return {
      ...braces,
      prefix: "",
      base: Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString(),
    };
  }
  if (kinds.isRegExp(value)) return { ...braces, prefix: "", base: RegExp.prototype.toString.call(value) };
  if (kinds.isNativeError(value) || value instanceof Error) {
    const error = value as Error;
    const own = keys.filter((key) => key !== "stack" && key !== "message");
    return {
      ...braces,
      prefix: "",
      base: showError(error),
      keys: Object.hasOwn(error, "cause") ? [...own, "cause"] : own,
    };
  }
  if (kinds.isBoxedPrimitive(value)) {
    const text = typeof value.valueOf() === "string" ? quote(String(value)) : String(value.valueOf());
    const visible = kinds.isStringObject(value)
      ? keys.filter((key) => !isIndex(key, String(value).length))
      : keys;
    return { ...braces, prefix: "", base: `[${name}: ${text}]`, keys: visible };
  }
  if (kinds.isPromise(value))
    return { ...braces, prefix: called(""), count: 1, entries: () => ["<state unknown>"] };
  if (kinds.isWeakMap(value) || kinds.isWeakSet(value))
    return { ...braces, prefix: called(""), count: 1, entries: () => ["<items unknown>"] };
  if (kinds.isArrayBuffer(value)) {
    const bytes = [...new Uint8Array(value as ArrayBuffer)].map((byte) => byte.toString(16).padStart(2, "0"));
    return {
      ...braces,
      prefix: called(""),
      count: 1,
      entries: () => [`[Uint8Contents]: <${bytes.join(" ")}>`, `[byteLength]: ${bytes.length}`],
    };
  }
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const tagged =
    typeof tag === "string" && tag !== "" && tag !== name && !Object.hasOwn(value, Symbol.toStringTag)
      ? `${name ?? "[Object: null prototype]"} [${tag}] `
      : called("Object");
  return { ...braces, prefix: tagged };
}
