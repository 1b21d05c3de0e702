import type { Random } from "./random.ts";

const KEYS = ["__proto__", "constructor", "prototype", "toString", "length", "id", "then", "toJSON", ""];

/** What stands where something else is expected. */
const JUNK: readonly unknown[] = [
  ...[null, undefined, true, false, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308],
  ...[Number.NaN, Number.POSITIVE_INFINITY, "", "a", "__proto__", "../..", "\0", "\ud800", "\u202e", "!room"],
  ...["x".repeat(300), "x".repeat(70_000), "9".repeat(400), "<!-- -->", "%s%n", "' OR 1=1 --"],
  ...[[], {}, [[]], [null], { a: {} }, { length: 5 }, JSON.parse('{"__proto__":{"a":1}}')],
];

/** A value that is almost this one; the one that was given stays as it is. */
export function mutateValue(value: unknown, random: Random): unknown {
  let changed = structuredClone(value);
  for (let times = 1 + random.int(3); times > 0; times--) changed = mutateSomewhere(changed, random);
  return changed;
}

/** Goes down by chance, and changes what is there. */
function mutateSomewhere(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random.int(6) === 0) return mutateHere(value, random);
  const keys = Object.keys(value);
  if (keys.length === 0) return mutateHere(value, random);
  const key = random.pick(keys);
  const inner = (value as Record<string, unknown>)[key];
  if (random.int(4) > 0) (value as Record<string, unknown>)[key] = mutateSomewhere(inner, random);
  else if (random.int(2) === 0) delete (value as Record<string, unknown>)[key];
  else set(value, random.pick(KEYS), inner);
  return value;
}

function mutateHere(value: unknown, random: Random): unknown {
  switch (random.int(6)) {
    case 0:
      return [value];
    case 1:
      return { [random.pick(KEYS)]: value };
    case 2:
      if (typeof value === "string")
        return value.slice(random.int(value.length + 1)) + random.pick(["", "\0", "…"]);
      if (typeof value === "number")
        return random.pick([-value, value + 1, value * 1e9, value / 3, String(value)]);
      return nested(value, random.int(random.pick([10, 1_000])));
    default:
      return structuredClone(random.pick(JUNK));
  }
}

function nested(value: unknown, levels: number): unknown {
  let deep = value;
  for (let level = 0; level < levels; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
  return deep;
}

/** As a key of its own, also where it is `__proto__`. */
function set(target: object, key: string, value: unknown): void {
  if (Array.isArray(target)) target.push(value);
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
