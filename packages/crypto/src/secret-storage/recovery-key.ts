import { CryptoError } from "../errors.ts";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const PREFIX = [0x8b, 0x01];
const KEY_BYTES = 32;

/** 32 bytes as people write them down: https://spec.matrix.org/latest/appendices/#cryptographic-key-representation */
export function encodeRecoveryKey(key: Uint8Array): string {
  const bytes = [...PREFIX, ...key];
  bytes.push(parity(bytes));
  let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  return text.replace(/.{4}(?=.)/g, "$& ");
}

/**
 * The bytes of a recovery key, however it is spaced.
 *
 * @throws `WRONG_RECOVERY_KEY` where it has been mistyped
 */
export function decodeRecoveryKey(text: string): Buffer {
  let number = 0n;
  for (const letter of text.replace(/\s/g, "")) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw new CryptoError("WRONG_RECOVERY_KEY", `it has no "${letter}" in it`);
    number = number * 58n + BigInt(digit);
  }
  const length = PREFIX.length + KEY_BYTES + 1;
  const hex = number.toString(16).padStart(length * 2, "0");
  const bytes = Buffer.from(hex, "hex");
  const isWhole = hex.length === length * 2 && PREFIX.every((byte, i) => bytes[i] === byte);
  if (!isWhole || parity([...bytes]) !== 0) {
    throw new CryptoError("WRONG_RECOVERY_KEY", "a letter is wrong, missing or too many");
  }
  return bytes.subarray(PREFIX.length, PREFIX.length + KEY_BYTES);
}

const parity = (bytes: number[]): number => bytes.reduce((sum, byte) => sum ^ byte, 0);
