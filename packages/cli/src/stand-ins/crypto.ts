import { Buffer } from "node:buffer";
import { ELSEWHERE } from "./crypto-elsewhere.ts";
import { createHash, createHmac, getHashes, hash } from "./hash.ts";

const MOST_AT_ONCE = 65_536;
type Bytes = Uint8Array<ArrayBuffer>;

export const webcrypto: typeof globalThis.crypto = globalThis.crypto;
export const { subtle } = webcrypto;
export const getRandomValues = <T extends Bytes>(array: T): T => webcrypto.getRandomValues(array);
export const randomUUID = () => webcrypto.randomUUID();

/** Fills bytes with random ones. */
export function randomFillSync<T extends ArrayBufferView<ArrayBuffer>>(
  view: T,
  offset = 0,
  size?: number,
): T {
  const whole = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const bytes = whole.subarray(offset, size === undefined ? undefined : offset + size);
  for (let at = 0; at < bytes.length; at += MOST_AT_ONCE)
    getRandomValues(bytes.subarray(at, at + MOST_AT_ONCE));
  return view;
}

/** So many random bytes, at once or to a callback. */
export function randomBytes(
  size: number,
  callback?: (error: null, bytes: Buffer) => void,
): Buffer | undefined {
  const bytes = randomFillSync(Buffer.alloc(size));
  if (!callback) return bytes;
  queueMicrotask(() => callback(null, bytes));
  return undefined;
}

/** A random whole number from `min` (0 unless told) up to, and without, `max`. */
export function randomInt(
  min: number,
  max?: number | ((error: null, value: number) => void),
  callback?: (error: null, value: number) => void,
): number | undefined {
  if (typeof max !== "number") return randomInt(0, min, max);
  const range = max - min;
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || range <= 0 || range >= 2 ** 48) {
    throw Object.assign(new RangeError(`There is no whole number from ${min} up to ${max}.`), {
      code: "ERR_OUT_OF_RANGE",
    });
  }
  // Those beyond the last whole multiple would make small numbers more likely.
  const limit = 2 ** 48 - (2 ** 48 % range);
  let drawn: number;
  do drawn = randomFillSync(Buffer.alloc(6)).readUIntBE(0, 6);
  while (drawn >= limit);
  const value = min + (drawn % range);
  if (!callback) return value;
  queueMicrotask(() => callback(null, value));
  return undefined;
}

/** Whether bytes are the same, in a time that does not tell where they differ. */
export function timingSafeEqual(a: ArrayBufferView | ArrayBuffer, b: ArrayBufferView | ArrayBuffer): boolean {
  const [one, other] = [a, b].map(bytesOf) as [Uint8Array, Uint8Array];
  if (one.length !== other.length) {
    const text = "Input buffers must have the same byte length";
    throw Object.assign(new RangeError(text), { code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH" });
  }
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= (one[at] as number) ^ (other[at] as number);
  return difference === 0;
}

const bytesOf = (value: ArrayBufferView | ArrayBuffer): Uint8Array =>
  ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);

/** The rest of Node's says where it is to be had. */
const elsewhere = Object.fromEntries(
  Object.entries(ELSEWHERE).map(([name, where]) => [
    name,
    () => {
      throw new Error(`crypto.${name} is not in the sandbox. Use ${where}.`);
    },
  ]),
);

export { createHash, createHmac, getHashes, hash };
export default {
  ...elsewhere,
  ...{
    webcrypto,
    subtle,
    getRandomValues,
    randomUUID,
    randomFillSync,
    randomBytes,
    randomInt,
    timingSafeEqual,
  },
  ...{ createHash, createHmac, getHashes, hash },
};
