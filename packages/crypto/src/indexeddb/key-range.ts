import { domError } from "./errors.ts";
import { AFTER_ALL_KEYS, BEFORE_ALL_KEYS, encodeKey, successor } from "./key.ts";

/** All keys from `from` to before `to`, in the bytes of key.ts: any range of IndexedDB can be said so. */
export interface Span {
  from: Buffer;
  to: Buffer;
}

/** A range of keys, for `get`, `getAll`, `count`, `delete` and cursors. */
export class IDBKeyRange {
  readonly lower: unknown;
  readonly upper: unknown;
  readonly lowerOpen: boolean;
  readonly upperOpen: boolean;
  readonly span: Span;

  private constructor(lower: unknown, upper: unknown, lowerOpen: boolean, upperOpen: boolean) {
    const from = lower === undefined ? BEFORE_ALL_KEYS : encodeKey(lower);
    const to = upper === undefined ? AFTER_ALL_KEYS : encodeKey(upper);
    const order = Buffer.compare(from, to);
    if (order > 0 || (order === 0 && (lowerOpen || upperOpen))) {
      throw domError("DataError", "The range's lower key is above its upper key.");
    }
    this.lower = lower;
    this.upper = upper;
    this.lowerOpen = lowerOpen;
    this.upperOpen = upperOpen;
    this.span = {
      from: lowerOpen && lower !== undefined ? successor(from) : from,
      to: upperOpen || upper === undefined ? to : successor(to),
    };
  }

  static only(key: unknown): IDBKeyRange {
    return new IDBKeyRange(key, key, false, false);
  }

  static lowerBound(lower: unknown, open = false): IDBKeyRange {
    return new IDBKeyRange(lower, undefined, open, true);
  }

  static upperBound(upper: unknown, open = false): IDBKeyRange {
    return new IDBKeyRange(undefined, upper, true, open);
  }

  static bound(lower: unknown, upper: unknown, lowerOpen = false, upperOpen = false): IDBKeyRange {
    return new IDBKeyRange(lower, upper, lowerOpen, upperOpen);
  }

  includes(key: unknown): boolean {
    const encoded = encodeKey(key);
    return Buffer.compare(encoded, this.span.from) >= 0 && Buffer.compare(encoded, this.span.to) < 0;
  }
}

/** What a method's query asks for: a key, a range, or (where it may be left out) everything. */
export function spanOf(query: unknown, isOptional: boolean): Span {
  if (query instanceof IDBKeyRange) return query.span;
  if (isOptional && (query === undefined || query === null)) {
    return { from: BEFORE_ALL_KEYS, to: AFTER_ALL_KEYS };
  }
  const key = encodeKey(query);
  return { from: key, to: successor(key) };
}
