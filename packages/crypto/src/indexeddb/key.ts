import { domError } from "./errors.ts";

/** What IndexedDB can be keyed by. */
export type Key = number | Date | string | ArrayBuffer | Key[];

/** The kinds in IndexedDB's order; none is zero, which ends what has no length of its own. */
const NUMBER = 0x10;
const DATE = 0x20;
const STRING = 0x30;
const BINARY = 0x40;
const ARRAY = 0x50;
const END = 0x00;

/** Sorts behind every key. */
export const AFTER_ALL_KEYS: Buffer = Buffer.of(0xff);
/** Sorts before every key. */
export const BEFORE_ALL_KEYS: Buffer = Buffer.alloc(0);

/**
 * A key as bytes that SQLite sorts as IndexedDB sorts the keys.
 *
 * @throws `DataError` where the value is no key
 */
export function encodeKey(value: unknown): Buffer {
  const bytes: number[] = [];
  if (!append(bytes, value, [])) throw domError("DataError", "The value given is no valid key.");
  return Buffer.from(bytes);
}

/** The same for what may be no key: an index has no entry for it. */
export function encodeKeyIfValid(value: unknown): Buffer | undefined {
  const bytes: number[] = [];
  return append(bytes, value, []) ? Buffer.from(bytes) : undefined;
}

/** The bytes directly behind these: no other key fits between. */
export const successor = (encoded: Buffer): Buffer => Buffer.concat([encoded, Buffer.of(0)]);

function append(bytes: number[], value: unknown, within: unknown[]): boolean {
  if (typeof value === "number") return appendNumber(bytes, NUMBER, value);
  if (value instanceof Date) return appendNumber(bytes, DATE, value.getTime());
  if (typeof value === "string") {
    bytes.push(STRING);
    for (let i = 0; i < value.length; i++) appendUnit(bytes, value.charCodeAt(i));
    bytes.push(END);
    return true;
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    bytes.push(BINARY);
    for (const byte of bytesOf(value)) appendUnit(bytes, byte);
    bytes.push(END);
    return true;
  }
  if (!Array.isArray(value) || within.includes(value)) return false;
  bytes.push(ARRAY);
  for (let i = 0; i < value.length; i++) if (!append(bytes, value[i], [...within, value])) return false;
  bytes.push(END);
  return true;
}

function appendNumber(bytes: number[], kind: number, value: number): boolean {
  if (Number.isNaN(value)) return false;
  const encoded = Buffer.alloc(8);
  encoded.writeDoubleBE(value === 0 ? 0 : value);
  // Of a negative number all bits turn round, of another the sign alone.
  const isNegative = (encoded[0] ?? 0) >= 0x80;
  bytes.push(kind);
  encoded.forEach((byte, i) => {
    bytes.push(isNegative ? ~byte & 0xff : i === 0 ? byte | 0x80 : byte);
  });
  return true;
}

const ONE_BYTE = 0x7f;
const TWO_BYTES = 0x3fff;

/** One byte for what is common, never zero, and in order: 01…7F, 80 00…BF 7E and more, C0 and two whole bytes. */
function appendUnit(bytes: number[], unit: number): void {
  if (unit < ONE_BYTE) bytes.push(unit + 1);
  else if (unit < ONE_BYTE + TWO_BYTES) {
    const rest = unit - ONE_BYTE;
    bytes.push(0x80 | (rest >> 8), rest & 0xff);
  } else bytes.push(0xc0, unit >> 8, unit & 0xff);
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** The key that {@link encodeKey} wrote. */
export function decodeKey(encoded: Uint8Array): Key {
  return read({ bytes: Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength), at: 0 });
}

interface Reader {
  bytes: Buffer;
  at: number;
}

const next = (reader: Reader): number => reader.bytes[reader.at++] ?? END;

function read(reader: Reader): Key {
  const kind = next(reader);
  if (kind === NUMBER) return readNumber(reader);
  if (kind === DATE) return new Date(readNumber(reader));
  if (kind === STRING) return readUnits(reader).reduce((text, unit) => text + String.fromCharCode(unit), "");
  if (kind === BINARY) return Uint8Array.from(readUnits(reader)).buffer;
  if (kind !== ARRAY) throw new Error(`A stored key has the unknown kind ${kind}: the file is damaged.`);
  const keys: Key[] = [];
  while (reader.bytes[reader.at] !== END) keys.push(read(reader));
  reader.at++;
  return keys;
}

function readNumber(reader: Reader): number {
  const encoded = Buffer.from(reader.bytes.subarray(reader.at, reader.at + 8));
  reader.at += 8;
  const isNegative = (encoded[0] ?? 0) < 0x80;
  encoded.forEach((byte, i) => {
    encoded[i] = isNegative ? ~byte & 0xff : i === 0 ? byte & 0x7f : byte;
  });
  return encoded.readDoubleBE();
}

function readUnits(reader: Reader): number[] {
  const units: number[] = [];
  for (let first = next(reader); first !== END; first = next(reader)) {
    if (first < 0x80) units.push(first - 1);
    else if (first < 0xc0) units.push((((first & 0x3f) << 8) | next(reader)) + ONE_BYTE);
    else units.push((next(reader) << 8) | next(reader));
  }
  return units;
}
