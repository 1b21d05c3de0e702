import type { State } from "./inspect-state.ts";

/** The name of what made it: `null` where nothing did. */
export function classOf(value: object): string | null {
  for (let each: object | null = value; each !== null; each = Object.getPrototypeOf(each)) {
    // SES makes some of them accessors, so that programs can override what is frozen.
    const maker = Object.hasOwn(each, "constructor") ? Reflect.get(each, "constructor", value) : undefined;
    if (typeof maker === "function" && maker.name !== "") return maker.name;
  }
  return null;
}

export function keysOf(state: State, value: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
  const names = Object.keys(value);
  return [...(state.sorted ? names.sort() : names), ...symbols];
}

export const isIndex = (key: PropertyKey, length: number) =>
  typeof key === "string" && /^\d+$/.test(key) && Number(key) < length;
