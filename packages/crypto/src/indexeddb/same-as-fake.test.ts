import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IDBFactory as FakeFactory, IDBKeyRange as FakeKeyRange } from "fake-indexeddb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { IDBFactory } from "./factory.ts";
import { openSqliteFile } from "./file.ts";
import { IDBKeyRange } from "./key-range.ts";

/** How many random operations; the long form is for whoever changes this folder. */
const OPERATIONS = Number(process.env.ROOKERY_INDEXEDDB_OPERATIONS ?? 10_000);
const PER_RUN = 100;

// biome-ignore lint/suspicious/noExplicitAny: two implementations of one untyped interface
type Loose = any;

const key = fc.letrec((tie) => ({
  key: fc.oneof(
    { maxDepth: 2 },
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true }),
    fc.string({
      maxLength: 3,
      unit: fc.constantFrom("", "a", "b", "\0", "\x7f", "é", "ÿ", "\ud800", "😀", "\uffff"),
    }),
    // fake-indexeddb takes an empty one for a detached one.
    fc.uint8Array({ minLength: 1, maxLength: 2 }),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(5) }),
    fc.array(tie("key"), { maxLength: 2 }),
  ),
})).key;
const query = fc.oneof(
  key.map((only) => ({ only })),
  fc.record({ lower: fc.option(key), upper: fc.option(key), open: fc.tuple(fc.boolean(), fc.boolean()) }),
  fc.constant(undefined),
);
const value = fc.record(
  {
    a: fc.integer({ min: 0, max: 3 }),
    b: fc.oneof(fc.constantFrom("x", "y"), fc.constant(null)),
    u: fc.integer({ min: 0, max: 30 }),
    bytes: fc.uint8Array({ maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const source = fc.constantFrom(undefined, "by a", "by both", "by u");
const few = fc.constantFrom(undefined, 1, 2);
const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("put" as const), key, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("add" as const), key, value }) },
  fc.record({ kind: fc.constant("delete" as const), query }),
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("get" as const, "count" as const), query, source }),
  },
  fc.record({ kind: fc.constantFrom("getAll" as const, "getAllKeys" as const), query, source, few }),
  fc.record({
    kind: fc.constant("walk" as const),
    query,
    source,
    each: fc.constantFrom("read", "update", "delete"),
  }),
);
const transaction = fc.record({
  mode: fc.constantFrom("readwrite" as const, "readwrite" as const, "readonly" as const),
  end: fc.constantFrom("itself", "itself", "commit", "abort"),
  isForgiving: fc.boolean(),
  waits: fc.boolean(),
  operations: fc.array(operation, { minLength: 5, maxLength: 15 }),
});
const program = fc.array(transaction, { minLength: PER_RUN / 10, maxLength: PER_RUN / 10, size: "max" });
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

/** Keys and values as text, so that the two implementations' objects compare. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, each) => {
    if (each instanceof ArrayBuffer) return { bytes: [...new Uint8Array(each)] };
    if (ArrayBuffer.isView(each))
      return { bytes: [...new Uint8Array(each.buffer, each.byteOffset, each.byteLength)] };
    if (typeof each === "number" && !Number.isFinite(each)) return String(each);
    return each;
  }) ?? "undefined";

async function run(factory: Loose, ranges: Loose, name: string, transactions: Program): Promise<string[]> {
  const said: string[] = [];
  const database = await new Promise<Loose>((resolve, reject) => {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore("things");
      store.createIndex("by a", "a");
      store.put({ a: 7, u: 77 }, "first");
      store.createIndex("by both", ["a", "b"]);
      store.createIndex("by u", "u", { unique: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const rangeOf = (asked: Loose) => {
    if (asked === undefined) return undefined;
    if ("only" in asked) return asked.only;
    const [lowerOpen, upperOpen] = asked.open;
    if (asked.lower !== null && asked.upper !== null) {
      return ranges.bound(asked.lower, asked.upper, lowerOpen, upperOpen);
    }
    if (asked.lower !== null) return ranges.lowerBound(asked.lower, lowerOpen);
    return asked.upper === null ? undefined : ranges.upperBound(asked.upper, upperOpen);
  };

  for (const { mode, end, isForgiving, waits, operations } of transactions) {
    const begun = database.transaction(["things"], mode);
    const ended = new Promise<void>((resolve) => {
      begun.oncomplete = () => resolve(void said.push("complete"));
      begun.onabort = () => resolve(void said.push(`abort ${begun.error?.name}`));
    });
    const store = begun.objectStore("things");
    const heard = (what: string, request: Loose) =>
      new Promise<void>((resolve) => {
        request.onsuccess = () => {
          const cursor = request.result;
          if (what !== "walk" || cursor === null) {
            said.push(`${what} ${plain(request.result)}`);
            resolve();
            return;
          }
          said.push(`at ${plain([cursor.key, cursor.primaryKey, cursor.value])}`);
          cursor.continue();
        };
        request.onerror = (event: Event) => {
          said.push(`${what} failed: ${request.error.name}`);
          if (isForgiving) event.preventDefault();
          resolve();
        };
      });
    const walk = (request: Loose, each: string) =>
      new Promise<void>((resolve) => {
        let steps = 0;
        request.onsuccess = async () => {
          const cursor = request.result;
          if (cursor === null || ++steps > 20) {
            said.push("walked");
            resolve();
            return;
          }
          said.push(`at ${plain([cursor.key, cursor.primaryKey, cursor.value])}`);
          try {
            const before = cursor.value;
            if (each === "update") await heard("update", cursor.update({ ...before, b: "walked" }));
            if (each === "delete") await heard("cursor delete", cursor.delete());
            cursor.continue();
          } catch (error) {
            said.push(`walk: ${(error as Error).name}`);
            resolve();
          }
        };
        request.onerror = (event: Event) => {
          said.push(`walk failed: ${request.error.name}`);
          if (isForgiving) event.preventDefault();
          resolve();
        };
      });
    const asked: Promise<void>[] = [];
    for (const step of operations) {
      try {
        const from = "source" in step && step.source !== undefined ? store.index(step.source) : store;
        const answer =
          step.kind === "put" || step.kind === "add"
            ? heard(step.kind, store[step.kind](step.value, step.key))
            : step.kind === "delete"
              ? heard("delete", store.delete(rangeOf(step.query)))
              : step.kind === "walk"
                ? walk(from.openCursor(rangeOf(step.query)), step.each)
                : step.kind === "getAll" || step.kind === "getAllKeys"
                  ? heard(step.kind, from[step.kind](rangeOf(step.query), step.few))
                  : heard(step.kind, from[step.kind](rangeOf(step.query)));
        asked.push(answer);
        if (waits) await answer;
      } catch (error) {
        said.push(`${step.kind}: ${(error as Error).name}`);
      }
    }
    try {
      if (end === "abort") begun.abort();
      if (end === "commit") begun.commit();
    } catch (error) {
      said.push(`${end}: ${(error as Error).name}`);
    }
    await Promise.all([ended, ...asked]);
  }
  database.close();
  return said;
}

test(`${OPERATIONS.toLocaleString("en")} random operations have the answers of fake-indexeddb, in its order`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rookery-indexeddb-"));
  const file = openSqliteFile(join(folder, "crypto.db"));
  const [own, fake] = [new IDBFactory(), new FakeFactory()];
  own.mount("", file);
  let runs = 0;
  try {
    await fc.assert(
      fc.asyncProperty(program, async (transactions) => {
        const name = `run ${++runs}`;
        const expected = await run(fake, FakeKeyRange, name, transactions);
        expect(await run(own, IDBKeyRange, name, transactions)).toEqual(expected);
        // Whatever else happened: reads and writes took place, and were compared.
        expect(expected.length).toBeGreaterThan(transactions.length);
      }),
      { numRuns: OPERATIONS / PER_RUN },
    );
  } finally {
    await file.close();
    rmSync(folder, { recursive: true });
  }
});
