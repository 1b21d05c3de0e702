import { isDeepStrictEqual } from "./deep-equal.ts";
import { format, formatWithOptions } from "./format.ts";
import { inspect } from "./inspect.ts";
import * as types from "./kinds.ts";
import { callbackify, promisify } from "./promisify.ts";

export const { TextEncoder, TextDecoder } = globalThis;
export const { isArray } = Array;

/** Makes one class inherit from another, as before there was `extends`. */
export function inherits(child: { prototype: object }, parent: { prototype: object }): void {
  Object.defineProperty(child, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

/** The function, which says once in the log that it should be used no longer. */
export function deprecate<F extends (...args: never[]) => unknown>(
  original: F,
  message: string,
  code?: string,
): F {
  let told = false;
  const deprecated = function (this: unknown, ...args: never[]) {
    if (!told) console.warn(`DeprecationWarning: ${code ? `[${code}] ` : ""}${message}`);
    told = true;
    return new.target ? Reflect.construct(original, args, new.target) : original.apply(this, args);
  };
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return deprecated as never;
}

/** A log that `NODE_DEBUG` would switch on. There is no environment, so it stays silent. */
export function debuglog(_section: string): ((...values: unknown[]) => void) & { enabled: boolean } {
  return Object.assign(() => undefined, { enabled: false });
}

/** Text without the codes that colour a terminal. */
export function stripVTControlCharacters(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
    /[\u001B\u009B](?:\][^\u0007]*\u0007|[[\]()#;?]*(?:\d{1,4}(?:[;:]\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~])/g,
    "",
  );
}

/** Text in which lone surrogates are replaced. */
export const toUSVString = (text: string): string => String(text).toWellFormed();

export {
  callbackify,
  debuglog as debug,
  format,
  formatWithOptions,
  inspect,
  isDeepStrictEqual,
  promisify,
  types,
};
export default {
  ...{ callbackify, debug: debuglog, debuglog, deprecate, format, formatWithOptions, inherits, inspect },
  ...{
    isArray,
    isDeepStrictEqual,
    promisify,
    stripVTControlCharacters,
    TextDecoder,
    TextEncoder,
    toUSVString,
    types,
  },
};
