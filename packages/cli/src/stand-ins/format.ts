import { type InspectOptions, inspect } from "./inspect.ts";

/** `%s %d %i %f %j %o %O %c %%` as Node has them; what is left over follows, separated by spaces. */
export function formatWithOptions(options: InspectOptions, ...values: unknown[]): string {
  const rest = [...values];
  let text = "";
  if (typeof rest[0] === "string") {
    const pattern = rest.shift() as string;
    if (rest.length === 0) return pattern;
    text = pattern.replace(/%[sdifjoOc%]/g, (directive) => {
      if (directive === "%%") return "%";
      return rest.length === 0 ? directive : fill(directive, rest.shift(), options);
    });
    if (rest.length > 0) text += " ";
  }
  return text + rest.map((value) => (typeof value === "string" ? value : inspect(value, options))).join(" ");
}

export const format = (...values: unknown[]): string => formatWithOptions({}, ...values);

function fill(directive: string, value: unknown, options: InspectOptions): string {
  const isObject = typeof value === "object" && value !== null;
  switch (directive) {
    case "%s":
      if (typeof value === "string") return value;
      if (typeof value !== "object" && typeof value !== "bigint" && !Object.is(value, -0))
        return String(value);
      if (isObject && hasOwnText(value)) return String(value);
      return inspect(value, { ...options, depth: 0, compact: 3 });
    case "%d":
      return typeof value === "bigint"
        ? `${value}n`
        : isObject || typeof value === "symbol"
          ? "NaN"
          : number(Number(value));
    case "%i":
      return typeof value === "bigint"
        ? `${value}n`
        : isObject || typeof value === "symbol"
          ? "NaN"
          : number(Number.parseInt(String(value), 10));
    case "%f":
      return typeof value === "symbol" ? "NaN" : number(Number.parseFloat(String(value)));
    case "%j":
      return json(value);
    case "%o":
      return inspect(value, { ...options, depth: 4 });
    case "%O":
      return inspect(value, options);
    default:
      return "";
  }
}

const number = (value: number) => (Object.is(value, -0) ? "-0" : String(value));

/** Whether it, or a class of the author's, says how it reads. */
function hasOwnText(value: object): boolean {
  if (value instanceof Error || value instanceof Date) return true;
  for (let each: object | null = value; each !== null; each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each, "toString"))
      return each !== Object.prototype && each !== Array.prototype && !isBuiltIn(each);
  }
  return false;
}

const isBuiltIn = (prototype: object) =>
  [Map, Set, RegExp, Function].some((each) => each.prototype === prototype);

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch (error) {
    if (/circular|cyclic/i.test(String(error))) return "[Circular]";
    throw error;
  }
}
