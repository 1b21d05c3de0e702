import { AssertionError } from "./assertion-error.ts";
import { isDeepStrictEqual } from "./deep-equal.ts";
import { inspect } from "./inspect.ts";

type Expected = RegExp | object | ((error: unknown) => boolean) | (new (...args: never[]) => unknown);
type Outcome = { thrown: true; error: unknown } | { thrown: false };

/** Throws unless `run` does, as expected: a class, a pattern, a function, or an object with the properties. */
export function throws(run: () => unknown, expected?: Expected | string, message?: string | Error): void {
  check("throws", outcomeOf(run), expected, message);
}

/** Rejects unless the promise does, as expected. */
export async function rejects(
  run: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expected | string,
  message?: string | Error,
): Promise<void> {
  check("rejects", await settledOf(run), expected, message);
}

/** Throws where `run` does. */
export function doesNotThrow(run: () => unknown, message?: unknown): void {
  refuse("doesNotThrow", outcomeOf(run), message);
}

/** Rejects where the promise does. */
export async function doesNotReject(
  run: Promise<unknown> | (() => Promise<unknown>),
  message?: unknown,
): Promise<void> {
  refuse("doesNotReject", await settledOf(run), message);
}

function outcomeOf(run: () => unknown): Outcome {
  try {
    run();
    return { thrown: false };
  } catch (error) {
    return { thrown: true, error };
  }
}

async function settledOf(run: Promise<unknown> | (() => Promise<unknown>)): Promise<Outcome> {
  const promise = typeof run === "function" ? run() : run;
  return promise.then(
    () => ({ thrown: false }),
    (error: unknown) => ({ thrown: true, error }),
  );
}

function check(
  operator: string,
  outcome: Outcome,
  expected: Expected | string | undefined,
  message?: string | Error,
): void {
  const said = typeof expected === "string" ? expected : message;
  if (!outcome.thrown) {
    const kind = operator === "rejects" ? "rejection" : "exception";
    if (said instanceof Error) throw said;
    const name = typeof expected === "function" && expected.name ? ` (${expected.name})` : "";
    throw new AssertionError({
      message: `Missing expected ${kind}${name}${said ? `: ${said}` : "."}`,
      expected,
      operator,
    });
  }
  if (expected === undefined || typeof expected === "string") return;
  const { error } = outcome;
  const why = mismatch(error, expected);
  if (why === null) return;
  if (said instanceof Error) throw said;
  throw new AssertionError({ message: said ?? why, actual: error, expected, operator });
}

function mismatch(error: unknown, expected: Expected): string | null {
  if (expected instanceof RegExp) {
    if (expected.test(String(error))) return null;
    return `The input did not match the regular expression ${expected}. Input:\n\n${inspect(String(error))}\n`;
  }
  if (typeof expected === "function") {
    if (expected.prototype !== undefined && error instanceof expected) return null;
    if (Object.prototype.isPrototypeOf.call(Error, expected)) {
      return `The error is expected to be an instance of "${expected.name}". Received:\n\n${inspect(error)}`;
    }
    return (expected as (error: unknown) => unknown).call({}, error) === true
      ? null
      : 'The validation function is expected to return "true".';
  }
  const keys = [...Object.keys(expected), ...(expected instanceof Error ? ["name", "message"] : [])];
  const differs = keys.find((key) => {
    const [actual, wanted] = [error, expected].map((each) => (each as Record<string, unknown>)?.[key]);
    if (wanted instanceof RegExp && typeof actual === "string") return !wanted.test(actual);
    return !isDeepStrictEqual(actual, wanted);
  });
  return differs === undefined
    ? null
    : `Expected values to be strictly deep-equal: "${differs}" of ${inspect(error)} differs.`;
}

function refuse(operator: string, outcome: Outcome, message: unknown): void {
  if (!outcome.thrown) return;
  const kind = operator === "doesNotReject" ? "rejection" : "exception";
  const said = typeof message === "string" ? `: ${message}` : ".";
  const text = `Got unwanted ${kind}${said}\nActual message: "${(outcome.error as Error)?.message}"`;
  throw new AssertionError({ message: text, actual: outcome.error, operator });
}
