import * as kinds from "./kinds.ts";

type Pairs = [object, object][];

/** Whether two values are the same all the way down, with their prototypes, as `assert.deepStrictEqual` says. */
export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  return equal(a, b, true, []);
}

/** As `assert.deepEqual` says: primitives as `==` compares them, prototypes as they may be. */
export function isDeepLooseEqual(a: unknown, b: unknown): boolean {
  return equal(a, b, false, []);
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" || typeof value === "function") && value !== null;

function equal(a: unknown, b: unknown, strict: boolean, above: Pairs): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) {
    if (isObject(a) || isObject(b) || strict) return false;
    // biome-ignore lint/suspicious/noDoubleEquals: it is what "loose" means.
    return a == b;
  }
  if (typeof a === "function" || typeof b === "function") return false;
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
  // A circle is equal where the other goes round at the same place.
  if (above.some(([one, other]) => one === a && other === b)) return true;
  return sameInside(a, b, strict, [...above, [a, b]]);
}

function sameInside(a: object, b: object, strict: boolean, above: Pairs): boolean {
  for (const { is, read } of PARTS) {
    if (is(a) !== is(b)) return false;
    if (is(a) && !equal(read(a as never), read(b as never), strict, above)) return false;
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  if (kinds.isSet(a))
    return (
      sameMembers([...(a as Set<unknown>)], [...(b as Set<unknown>)], strict, above) &&
      sameProperties(a, b, strict, above)
    );
  if (kinds.isMap(a))
    return (
      sameMembers([...(a as Map<unknown, unknown>)], [...(b as Map<unknown, unknown>)], strict, above) &&
      sameProperties(a, b, strict, above)
    );
  if (kinds.isWeakMap(a) || kinds.isWeakSet(a) || kinds.isPromise(a)) return false;
  return sameProperties(a, b, strict, above);
}

/** What is equal or not beside the properties. */
const PARTS: { is: (value: unknown) => boolean; read: (value: never) => unknown }[] = [
  { is: kinds.isDate, read: (date: Date) => date.getTime() },
  { is: kinds.isRegExp, read: (pattern: RegExp) => `${pattern} ${pattern.lastIndex}` },
  { is: kinds.isNativeError, read: ({ name, message, cause }: Error) => ({ name, message, cause }) },
  { is: kinds.isBoxedPrimitive, read: (boxed: object) => boxed.valueOf() },
  { is: kinds.isArrayBuffer, read: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
];

/** Each on one side has one of its own on the other, in any order. */
function sameMembers(a: unknown[], b: unknown[], strict: boolean, above: Pairs): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((member) => {
    const at = left.findIndex((other) => equal(member, other, strict, above));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameProperties(a: object, b: object, strict: boolean, above: Pairs): boolean {
  const keys = keysOf(a, strict);
  if (keys.length !== keysOf(b, strict).length) return false;
  return keys.every(
    (key) =>
      Object.prototype.propertyIsEnumerable.call(b, key) &&
      equal(a[key as never], b[key as never], strict, above),
  );
}

function keysOf(value: object, strict: boolean): PropertyKey[] {
  const symbols = strict ? Object.getOwnPropertySymbols(value) : [];
  return [
    ...Object.keys(value),
    ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)),
  ];
}
