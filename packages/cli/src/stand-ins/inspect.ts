import * as kinds from "./kinds.ts";

/** What `inspect` can be told. Colours and hidden properties there are none. */
export interface InspectOptions {
  /** How many levels of objects in objects are shown. */
  depth?: number | null;
  breakLength?: number;
  compact?: number | boolean;
  maxArrayLength?: number | null;
  maxStringLength?: number | null;
  sorted?: boolean;
}

interface State extends Required<Omit<InspectOptions, "compact">> {
  depth: number;
  maxArrayLength: number;
  maxStringLength: number;
  /** How many levels may share a line. */
  compact: number;
  above: object[];
  circular: Map<object, number>;
  indentation: number;
  /** The level of what was shown last. */
  deepest: number;
}

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
const NAME = /^[a-zA-Z_][\w]*$/;

/** A value as text for people, as Node's `util.inspect` shows it, long arrays in one column. */
export function inspect(value: unknown, options: InspectOptions | boolean = {}): string {
  const {
    depth = 2,
    breakLength = 80,
    compact = 3,
    maxArrayLength = 100,
    maxStringLength = 10_000,
    sorted = false,
  } = typeof options === "object" ? options : {};
  return show(
    {
      ...{ breakLength, sorted, above: [], circular: new Map(), indentation: 0, deepest: 0 },
      depth: depth ?? Number.POSITIVE_INFINITY,
      compact: Number(compact === true ? 3 : compact),
      maxArrayLength: maxArrayLength ?? Number.POSITIVE_INFINITY,
      maxStringLength: maxStringLength ?? Number.POSITIVE_INFINITY,
    },
    value,
    0,
  );
}
inspect.custom = CUSTOM;
inspect.defaultOptions = {} as InspectOptions;

function show(state: State, value: unknown, level: number): string {
  if (typeof value === "string") return showString(state, value, level);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
  const custom = (value as { [CUSTOM]?: unknown })[CUSTOM];
  if (typeof custom === "function" && custom !== inspect) {
    const { above: _, circular: __, indentation: ___, deepest: ____, ...options } = state;
    const shown = custom.call(value, state.depth - level, options, inspect);
    if (shown !== value) return typeof shown === "string" ? shown : show(state, shown, level);
  }
  if (state.above.includes(value)) {
    const number = state.circular.get(value) ?? state.circular.size + 1;
    state.circular.set(value, number);
    return `[Circular *${number}]`;
  }
  return showObject(state, value, level);
}

function showString(state: State, text: string, level: number): string {
  const shown = text.slice(0, state.maxStringLength);
  const more = text.length - shown.length;
  const rest = more > 0 ? `... ${more} more character${more > 1 ? "s" : ""}` : "";
  if (level > 0 && shown.length > 16 && shown.length > state.breakLength - state.indentation - 4) {
    const lines = shown.split(/(?<=\n)/).map(quote);
    return lines.join(` +\n${" ".repeat(state.indentation + 2)}`) + rest;
  }
  return quote(shown) + rest;
}

function quote(text: string): string {
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

/** The name of what made it: `null` where nothing did. */
function classOf(value: object): string | null {
  for (let each: object | null = value; each !== null; each = Object.getPrototypeOf(each)) {
    const maker = Object.getOwnPropertyDescriptor(each, "constructor")?.value;
    if (typeof maker === "function" && maker.name !== "") return maker.name;
  }
  return null;
}

interface Looks {
  /** What stands before the braces, such as `Map(2)`. */
  prefix: string;
  open: string;
  close: string;
  /** Stands for the value itself, and alone where it has no properties: a date, a function. */
  base: string;
  entries(level: number): string[];
  keys: PropertyKey[];
}

function showObject(state: State, value: object, level: number): string {
  const looks = lookAt(state, value);
  const { prefix, open, close, base, keys } = looks;
  const bare = base !== "" && keys.length === 0;
  if (bare) return base;
  if (level > state.depth)
    return `[${prefix.trim() || classOf(value) || "Object: null prototype"}]`.replace(/\(\d+\)\]$/, "]");

  state.above.push(value);
  state.deepest = level;
  const shown = [
    ...looks.entries(level + 1),
    ...keys.map((key) => showProperty(state, value, key, level + 1)),
  ];
  state.above.pop();

  const circular = state.circular.get(value);
  const reference = circular === undefined ? "" : `<ref *${circular}> `;
  const first = `${reference}${prefix}${open}`;
  if (shown.length === 0) return `${first}${close}`;
  return join(state, shown, first, close, base, level);
}

/** On one line where it is short and not deep; else each on a line of its own. */
function join(
  state: State,
  shown: string[],
  open: string,
  close: string,
  base: string,
  level: number,
): string {
  const start = shown.length + state.indentation + open.length + base.length + 10;
  const length = shown.reduce((sum, each) => sum + each.length, shown.length + start);
  const oneLine = shown.join(", ");
  const before = base === "" ? "" : `${base} `;
  if (
    state.deepest - level < state.compact &&
    length <= state.breakLength &&
    !`${base}${oneLine}`.includes("\n")
  ) {
    const opened = before === "" ? open : `${open} ${base}`;
    return `${opened} ${oneLine} ${close}`;
  }
  const line = `\n${" ".repeat(state.indentation)}`;
  return `${before === "" ? open : `${open} ${base}`}${line}  ${shown.join(`,${line}  `)}${line}${close}`;
}

function lookAt(state: State, value: object): Looks {
  const name = classOf(value);
  const called = (usual: string, size?: number) => {
    const sized = size === undefined ? "" : `(${size})`;
    if (name === null) return `[${usual}${sized}: null prototype] `;
    return name === usual && (usual === "Object" || usual === "Array") ? "" : `${name}${sized} `;
  };
  const keys = keysOf(state, value);
  const none = () => [];
  const braces = { open: "{", close: "}", base: "", entries: none, keys };

  if (Array.isArray(value)) {
    return {
      ...{ prefix: called("Array", value.length), open: "[", close: "]", base: "" },
      entries: (level) => elements(state, value, level),
      keys: keys.filter((key) => !isIndex(key, value.length)),
    };
  }
  if (kinds.isTypedArray(value)) {
    const items = value as Uint8Array;
    return {
      ...{ prefix: called("", items.length), open: "[", close: "]", base: "" },
      entries: (level) => elements(state, Array.from(items), level),
      keys: keys.filter((key) => !isIndex(key, items.length)),
    };
  }
  if (kinds.isMap(value)) {
    const map = value as Map<unknown, unknown>;
    const entries = (level: number) =>
      [...map].map(([key, each]) => `${indented(state, key, level)} => ${indented(state, each, level)}`);
    return { ...braces, prefix: called("", map.size), entries };
  }
  if (kinds.isSet(value)) {
    const set = value as Set<unknown>;
    return {
      ...braces,
      prefix: called("", set.size),
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
  if (kinds.isPromise(value)) return { ...braces, prefix: called(""), entries: () => ["<state unknown>"] };
  if (kinds.isWeakMap(value) || kinds.isWeakSet(value))
    return { ...braces, prefix: called(""), entries: () => ["<items unknown>"] };
  if (kinds.isArrayBuffer(value)) {
    const bytes = [...new Uint8Array(value as ArrayBuffer)].map((byte) => byte.toString(16).padStart(2, "0"));
    return {
      ...braces,
      prefix: called(""),
      entries: () => [`[Uint8Contents]: <${bytes.join(" ")}>`, `byteLength: ${bytes.length}`],
    };
  }
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const tagged =
    typeof tag === "string" && tag !== "" && tag !== name
      ? `${name ?? "[Object: null prototype]"} [${tag}] `
      : called("Object");
  return { ...braces, prefix: tagged };
}

function keysOf(state: State, value: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  const names = Object.keys(value);
  return [...(state.sorted ? names.sort() : names), ...symbols];
}

const isIndex = (key: PropertyKey, length: number) =>
  typeof key === "string" && /^\d+$/.test(key) && Number(key) < length;

function elements(state: State, items: unknown[], level: number): string[] {
  const shown: string[] = [];
  for (let index = 0; index < items.length && shown.length < state.maxArrayLength; index++) {
    let holes = 0;
    while (index + holes < items.length && !(index + holes in items)) holes++;
    if (holes > 0) shown.push(`<${holes} empty item${holes > 1 ? "s" : ""}>`);
    else shown.push(indented(state, items[index], level));
    index += Math.max(0, holes - 1);
  }
  const more = items.length - state.maxArrayLength;
  return more > 0 ? [...shown, `... ${more} more item${more > 1 ? "s" : ""}`] : shown;
}

function indented(state: State, value: unknown, level: number): string {
  state.indentation += 2;
  const shown = show(state, value, level);
  state.indentation -= 2;
  return shown;
}

function showProperty(state: State, value: object, key: PropertyKey, level: number): string {
  const property = Object.getOwnPropertyDescriptor(value, key);
  const name =
    typeof key === "symbol" ? String(key) : NAME.test(String(key)) ? String(key) : quote(String(key));
  const label = property?.enumerable === false ? `[${name}]` : name;
  if (property?.get) return `${label}: ${property.set ? "[Getter/Setter]" : "[Getter]"}`;
  if (property?.set) return `${label}: [Setter]`;
  return `${label}: ${indented(state, property?.value, level)}`;
}

function showFunction(value: object, name: string | null): string {
  const { name: own } = value as { name: unknown };
  if (/^class\b/.test(Function.prototype.toString.call(value))) {
    const parent = Object.getPrototypeOf(value)?.name;
    return `[class ${own || "(anonymous)"}${parent ? ` extends ${parent}` : ""}]`;
  }
  return `[${name ?? "Function"}${own ? `: ${String(own)}` : " (anonymous)"}]`;
}

function showError(error: Error): string {
  const title = Error.prototype.toString.call(error);
  return typeof error.stack === "string" && error.stack !== "" ? error.stack : `[${title}]`;
}
