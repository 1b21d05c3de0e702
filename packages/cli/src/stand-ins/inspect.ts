import { showProperty } from "./inspect-entries.ts";
import { classOf } from "./inspect-keys.ts";
import { lookAt } from "./inspect-looks.ts";
import type { InspectOptions, State } from "./inspect-state.ts";
import { showString } from "./inspect-text.ts";

export type { InspectOptions };

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");

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
  const state: State = {
    ...{ breakLength, sorted, above: [], circular: new Map(), indentation: 0, deepest: 0 },
    depth: depth ?? Number.POSITIVE_INFINITY,
    compact: Number(compact === true ? 3 : compact),
    maxArrayLength: maxArrayLength ?? Number.POSITIVE_INFINITY,
    maxStringLength: maxStringLength ?? Number.POSITIVE_INFINITY,
    show: (each, level) => show(state, each, level),
  };
  return show(state, value, 0);
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
    const { depth, breakLength, compact, maxArrayLength, maxStringLength, sorted } = state;
    const options = { depth, breakLength, compact, maxArrayLength, maxStringLength, sorted };
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

function showObject(state: State, value: object, level: number): string {
  const looks = lookAt(state, value);
  const { prefix, open, close, base, keys } = looks;
  if (looks.count === 0 && keys.length === 0) return base === "" ? `${prefix}${open}${close}` : base;
  if (level > state.depth) {
    const name = prefix.trim().replace(/\(\d+\)$/, "") || classOf(value) || "[Object: null prototype]";
    return name.startsWith("[") ? name : `[${name}]`;
  }

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
  const first = base === "" ? open : `${base} ${open}`;
  const fits = length <= state.breakLength && !`${base}${oneLine}`.includes("\n");
  if (fits && state.deepest - level < state.compact) return `${first} ${oneLine} ${close}`;
  const line = `\n${" ".repeat(state.indentation)}`;
  return `${first}${line}  ${shown.join(`,${line}  `)}${line}${close}`;
}
