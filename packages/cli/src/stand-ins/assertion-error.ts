import { inspect } from "./inspect.ts";

/** What did not hold. */
export interface Failure {
  message?: string;
  actual?: unknown;
  expected?: unknown;
  operator?: string;
  generatedMessage?: boolean;
}

const SAYS: Record<string, string> = {
  strictEqual: "Expected values to be strictly equal:",
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  deepEqual: "Expected values to be loosely deep-equal:",
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  match: "The input did not match the regular expression:",
  doesNotMatch: "The input was expected to not match the regular expression:",
};

/** An assertion that does not hold: both values, and how they were compared. */
export class AssertionError extends Error {
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage: boolean;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string | undefined;

  constructor(failure: Failure) {
    super(failure.message ?? describe(failure));
    Object.defineProperty(this, "name", { value: "AssertionError", configurable: true, writable: true });
    this.generatedMessage = failure.generatedMessage ?? failure.message === undefined;
    this.actual = failure.actual;
    this.expected = failure.expected;
    this.operator = failure.operator;
  }

  override toString(): string {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}

function describe({ operator = "", actual, expected }: Failure): string {
  const says = SAYS[operator];
  if (says === undefined) return `${inspect(actual)} ${operator} ${inspect(expected)}`;
  return operator.startsWith("not")
    ? `${says}\n\n${inspect(actual)}`
    : `${says}\n\n${inspect(actual)} !== ${inspect(expected)}`;
}
