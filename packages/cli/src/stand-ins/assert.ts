import { doesNotReject, doesNotThrow, rejects, throws } from "./assert-throws.ts";
import { AssertionError, type Failure } from "./assertion-error.ts";
import { isDeepLooseEqual, isDeepStrictEqual } from "./deep-equal.ts";

type Message = string | Error | undefined;

/** Throws unless `value` is truthy. */
export function ok(value?: unknown, message?: Message): void {
  if (!value)
    refuse(
      { actual: value, expected: true, operator: "==", generatedMessage: message === undefined },
      message ?? "The expression evaluated to a falsy value",
    );
}

/** Throws always. */
export function fail(message: string | Error = "Failed"): never {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message, operator: "fail" });
}

function comparison(operator: string, holds: (actual: unknown, expected: unknown) => boolean) {
  return (actual: unknown, expected: unknown, message?: Message): void => {
    if (!holds(actual, expected)) refuse({ actual, expected, operator }, message);
  };
}

// biome-ignore lint/suspicious/noDoubleEquals: it is what "loose" means.
const loose = (a: unknown, b: unknown) => Object.is(a, b) || a == b;
export const equal = comparison("==", loose);
export const notEqual = comparison("!=", (a, b) => !loose(a, b));
export const strictEqual = comparison("strictEqual", Object.is);
export const notStrictEqual = comparison("notStrictEqual", (a, b) => !Object.is(a, b));
export const deepEqual = comparison("deepEqual", isDeepLooseEqual);
export const notDeepEqual = comparison("notDeepEqual", (a, b) => !isDeepLooseEqual(a, b));
export const deepStrictEqual = comparison("deepStrictEqual", isDeepStrictEqual);
export const notDeepStrictEqual = comparison("notDeepStrictEqual", (a, b) => !isDeepStrictEqual(a, b));

/** Throws unless a text has the pattern in it. */
export function match(text: string, pattern: RegExp, message?: Message): void {
  if (typeof text !== "string" || !pattern.test(text))
    refuse({ actual: text, expected: pattern, operator: "match" }, message);
}

/** Throws where a text has the pattern in it. */
export function doesNotMatch(text: string, pattern: RegExp, message?: Message): void {
  if (typeof text !== "string" || pattern.test(text))
    refuse({ actual: text, expected: pattern, operator: "doesNotMatch" }, message);
}

/** Throws unless there is no error. */
export function ifError(value: unknown): void {
  if (value === null || value === undefined) return;
  const text = value instanceof Error ? value.message || value.constructor.name : String(value);
  throw new AssertionError({
    message: `ifError got unwanted exception: ${text}`,
    actual: value,
    expected: null,
    operator: "ifError",
  });
}

function refuse(failure: Failure, message: Message): never {
  if (message instanceof Error) throw message;
  throw new AssertionError(message === undefined ? failure : { ...failure, message });
}

const shared = {
  ...{ AssertionError, ok, fail, match, doesNotMatch, ifError, throws, rejects, doesNotThrow, doesNotReject },
  ...{ strictEqual, notStrictEqual, deepStrictEqual, notDeepStrictEqual },
};

/** Where `equal` and `deepEqual` are strict. */
export const strict: typeof import("node:assert").strict = Object.assign(
  (value: unknown, message?: Message) => ok(value, message),
  {
    ...shared,
    equal: strictEqual,
    notEqual: notStrictEqual,
    deepEqual: deepStrictEqual,
    notDeepEqual: notDeepStrictEqual,
  },
) as never;
Object.assign(strict, { strict });

const assert = Object.assign((value: unknown, message?: Message) => ok(value, message), {
  ...{ ...shared, equal, notEqual, deepEqual, notDeepEqual, strict },
});

export { AssertionError, doesNotReject, doesNotThrow, rejects, throws };
export default assert;
