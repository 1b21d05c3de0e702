type Pairs = Iterable<readonly [string, string]>;

/** What headers are made of: pairs, an object, or other headers. */
export type HeadersGiven = Pairs | Record<string, string> | undefined | null;

const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
// A line break in a value would begin a header of its own.
const VALUE = /^[^\0\r\n]*$/;

/**
 * The `Headers` of compartments: https://fetch.spec.whatwg.org/#headers-class. Not Node's own, which
 * is a part of its network stack.
 */
export class Headers {
  readonly #values = new Map<string, string[]>();

  constructor(given?: HeadersGiven) {
    if (given === undefined || given === null) return;
    if (typeof given !== "object") throw new TypeError("Headers are made of pairs or of an object.");
    const pairs = Symbol.iterator in given ? given : Object.entries(given);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = nameOf(name);
    this.#values.set(key, [...(this.#values.get(key) ?? []), textOf(value, key)]);
  }

  set(name: string, value: string): void {
    const key = nameOf(name);
    this.#values.set(key, [textOf(value, key)]);
  }

  delete(name: string): void {
    this.#values.delete(nameOf(name));
  }

  has(name: string): boolean {
    return this.#values.has(nameOf(name));
  }

  get(name: string): string | null {
    return this.#values.get(nameOf(name))?.join(", ") ?? null;
  }

  getSetCookie(): string[] {
    return [...(this.#values.get("set-cookie") ?? [])];
  }

  forEach(visit: (value: string, name: string, headers: Headers) => void, receiver?: unknown): void {
    for (const [name, value] of this) visit.call(receiver, value, name, this);
  }

  *entries(): Generator<[string, string], undefined> {
    for (const name of [...this.#values.keys()].sort()) {
      const values = this.#values.get(name) ?? [];
      if (name === "set-cookie") for (const value of values) yield [name, value];
      else yield [name, values.join(", ")];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[string, string], undefined> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }
}

function nameOf(name: unknown): string {
  const text = String(name);
  if (!TOKEN.test(text)) throw new TypeError(`${JSON.stringify(text)} is not the name of a header.`);
  return text.toLowerCase();
}

function textOf(value: unknown, name: string): string {
  const text = String(value).replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, "");
  if (!VALUE.test(text)) throw new TypeError(`The header "${name}" has a line break in its value.`);
  return text;
}
