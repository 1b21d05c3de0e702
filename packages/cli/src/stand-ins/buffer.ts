import * as feross from "buffer/";

/** `buffer` of npm, and what Node's has beyond it: "base64url" and the checks of encodings. */
export const { Buffer } = feross;
export const { kMaxLength, INSPECT_MAX_BYTES } = feross as never as Record<string, number>;
type Buffer = feross.Buffer;

const { isEncoding, byteLength } = Buffer;
const { write, toString: toText } = Buffer.prototype;
const isUrl = (encoding: unknown) => String(encoding).toLowerCase() === "base64url";
/** It reads both alphabets as "base64". */
const asBase64 = (value: unknown) => (isUrl(value) ? "base64" : value);

Object.assign(Buffer, {
  isEncoding: (encoding: string) => isUrl(encoding) || isEncoding(encoding),
  byteLength: (value: string, encoding?: string) =>
    byteLength(isUrl(encoding) ? value.replace(/=+$/, "") : value, asBase64(encoding) as "base64"),
});

Object.assign(Buffer.prototype, {
  write(this: Buffer, text: string, ...rest: unknown[]) {
    return write.apply(this, [text, ...rest.map(asBase64)] as never);
  },
  toString(this: Buffer, encoding?: string, ...range: number[]) {
    const text = toText.apply(this, [asBase64(encoding), ...range] as never);
    return isUrl(encoding) ? text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") : text;
  },
});

export const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 2 ** 29 - 24 };
export const atob = globalThis.atob;
export const btoa = globalThis.btoa;

/** Whether bytes are valid UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whether bytes are valid ASCII. */
export const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 128);

export default {
  Buffer,
  kMaxLength,
  INSPECT_MAX_BYTES,
  constants,
  atob,
  btoa,
  isUtf8,
  isAscii,
};
